-- How many jobs are in a state other than done; tenant 0: of all.
SELECT count(*) AS n FROM job
WHERE state = $2 AND state <> 'done'
  AND (CAST($1 AS BIGINT) = 0 OR tenant = $1);
