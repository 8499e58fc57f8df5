-- Schedules whose slot has come ($1: now).  A slot further away than the
-- interval means that the clock was set back: due as well.
SELECT s.tenant, s.kind, s.every_s, s.next_at, s.last_at, s.last_job
FROM sched s
WHERE s.every_s > 0
  AND (s.next_at <= $1 OR s.next_at - $1 > s.every_s * 1000)
  AND NOT EXISTS (SELECT 1 FROM sched_off o WHERE o.tenant = s.tenant)
ORDER BY s.next_at, s.tenant, s.kind LIMIT 64;
