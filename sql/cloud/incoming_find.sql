-- The document an import job is about.
SELECT id, channel, external_id, connector, name, mode, updated_at, digest,
	document, job
FROM incoming WHERE id = $1;
