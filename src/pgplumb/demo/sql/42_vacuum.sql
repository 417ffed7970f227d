-- step 134: statistics
VACUUM (ANALYZE);
