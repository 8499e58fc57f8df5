-- How many jobs are done; tenant 0: of all.
SELECT count(*) AS n FROM job
WHERE state = 'done' AND (CAST($1 AS BIGINT) = 0 OR tenant = $1);
