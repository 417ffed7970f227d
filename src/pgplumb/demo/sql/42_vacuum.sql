-- step 134: statistics
VACUUM (ANALYZE);

-- step 3: checkpoint
CHECKPOINT;
