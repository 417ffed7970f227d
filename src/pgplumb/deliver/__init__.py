"""What is handed over: definitions today, documents and models later."""
