"""Proves of one predicate of row security that what passes it stays within one tenant, or says where it does not."""
