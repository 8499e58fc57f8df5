-- The waiting or parked job an add with this once meets.
SELECT id, uuid, prio, created_at, started_at FROM job
WHERE tenant = $1 AND once = $2
  AND state IN ('waiting', 'parked') AND once IS NOT NULL;
