-- The running job a run-now with this once meets.
SELECT id, uuid, prio FROM job
WHERE tenant = $1 AND once = $2 AND state = 'running'
ORDER BY id LIMIT 1;
