-- Dead jobs to queue again, oldest first, behind $3; tenant 0, kind NULL: any.
SELECT id, uuid FROM job
WHERE state = 'dead' AND state <> 'done' AND id > $3
	AND (CAST($1 AS BIGINT) = 0 OR tenant = CAST($1 AS BIGINT))
	AND (CAST($2 AS TEXT) IS NULL OR kind = CAST($2 AS TEXT))
ORDER BY id LIMIT $4;
