"""A new migration, asked for step by step: what it does, its fields, the way to it."""
