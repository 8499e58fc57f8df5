-- As job_guard.sql, and nobody takes the job over before we commit.
SELECT id AS n FROM job
WHERE id = $1 AND fence = $2 AND state = 'running' AND lease_owner = $3
FOR NO KEY UPDATE;
