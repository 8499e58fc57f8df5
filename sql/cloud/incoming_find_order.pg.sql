-- The document of an order that waits for import.  Locked: its import and
-- another take of the order wait for us.
SELECT id, channel, external_id, connector, name, mode, updated_at, digest,
	document, job
FROM incoming WHERE channel = $1 AND external_id = $2 FOR UPDATE;
