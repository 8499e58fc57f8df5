-- Does this run still have its job?  No row: its right is gone.
SELECT id AS n FROM job
WHERE id = $1 AND fence = $2 AND state = 'running' AND lease_owner = $3;
