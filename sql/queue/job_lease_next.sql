-- When the first lease of another runner ends.
SELECT lease_until AS n FROM job
WHERE state = 'running' AND lease_owner <> $1
ORDER BY lease_until LIMIT 1;
