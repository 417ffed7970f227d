"""Where states come from: the threads that read a server while the screen goes on."""
