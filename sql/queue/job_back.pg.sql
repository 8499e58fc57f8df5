-- As job_back.sql, in the words PostgreSQL has for JSON.
UPDATE job SET state = 'waiting', attempts = attempts - 1,
    lease_owner = NULL, lease_until = 0,
    once = CASE WHEN EXISTS (SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
FROM (SELECT CAST(v ->> 0 AS BIGINT) AS id, CAST(v ->> 1 AS BIGINT) AS fence
    FROM json_array_elements(CAST($1 AS json)) AS v) AS d
WHERE job.id = d.id AND job.fence = d.fence AND job.state = 'running';
