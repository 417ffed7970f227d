"""One insight rule a module: each holds one `RULE`."""
