-- When the first sleeper wakes or the next slot comes; the end of time if
-- never.  $1: now, for a slot too far away (see sched_due.sql).
SELECT coalesce(min(x.n), 9223372036854775807) AS n FROM (
    SELECT min(j.run_at) AS n FROM job j
    WHERE j.state = 'waiting' AND j.asleep = 1
    UNION ALL
    SELECT min(CASE WHEN s.next_at - $1 > s.every_s * 1000 THEN $1
	ELSE s.next_at END) AS n FROM sched s
    WHERE s.every_s > 0
      AND NOT EXISTS (SELECT 1 FROM sched_off o
	WHERE o.tenant = s.tenant)) AS x;
