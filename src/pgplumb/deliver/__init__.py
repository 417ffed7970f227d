"""What is handed over: the definitions of relations, as statements."""
