-- A document waiting for import; no row: one of that order waits already.
INSERT INTO incoming (channel, external_id, connector, name, mode, updated_at,
	digest, document, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (channel, external_id) DO NOTHING
RETURNING id, channel, external_id, connector, name, mode, updated_at, digest,
	document, job;
