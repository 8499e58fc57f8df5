-- PostgreSQL must be told what $2 is when it stands in a comparison too.
UPDATE inbox SET state = CAST($2 AS TEXT), reason = $3,
    body = CASE WHEN CAST($2 AS TEXT) = 'done' THEN NULL ELSE body END
WHERE id = $1;
