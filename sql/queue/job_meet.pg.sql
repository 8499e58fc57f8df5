-- As job_meet.sql, and nobody claims it before we commit: it must see what
-- the adding transaction wrote.  (SQLite runs one transaction at a time.)
SELECT id, uuid, prio, created_at, started_at FROM job
WHERE tenant = $1 AND once = $2
  AND state IN ('waiting', 'parked') AND once IS NOT NULL
FOR NO KEY UPDATE;
