-- step 1, fails with 23505: an index that fails
-- The leftover of a failed build: one organisation has the same bytes twice, so this fails and leaves an invalid index.
CREATE UNIQUE INDEX CONCURRENTLY idx_attachments_tenant_id_checksum ON app.attachments (tenant_id, checksum)
WHERE deleted_at IS NULL;
