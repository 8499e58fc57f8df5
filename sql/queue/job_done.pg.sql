-- As job_done.sql, in the words PostgreSQL has for JSON.
UPDATE job SET state = 'done', started_at = d.started, finished_at = $2,
    code = NULL, reason = NULL, result = d.result, suspect = 0,
    effect_until = 0, lease_owner = NULL, lease_until = 0,
    asleep = 0
FROM (SELECT CAST(v ->> 0 AS BIGINT) AS id, CAST(v ->> 1 AS BIGINT) AS fence,
	CAST(v ->> 2 AS BIGINT) AS started, v ->> 3 AS result
    FROM json_array_elements(CAST($1 AS json)) AS v) AS d
WHERE job.id = d.id AND job.fence = d.fence AND job.state = 'running'
RETURNING job.id AS n;
