-- The document of an order that waits for import.
SELECT id, channel, external_id, connector, name, mode, updated_at, digest,
	document, job
FROM incoming WHERE channel = $1 AND external_id = $2;
