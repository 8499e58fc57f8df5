-- The document an import job is about.  Locked: a take that joins this job
-- either comes before, and is what we import, or after, and makes its own.
SELECT id, channel, external_id, connector, name, mode, updated_at, digest,
	document, job
FROM incoming WHERE id = $1 FOR UPDATE;
