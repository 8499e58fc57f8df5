-- When the next slot comes.
SELECT s.next_at AS n FROM sched s
WHERE s.every_s > 0
  AND NOT EXISTS (SELECT 1 FROM sched_off o WHERE o.tenant = s.tenant)
ORDER BY s.next_at LIMIT 1;
