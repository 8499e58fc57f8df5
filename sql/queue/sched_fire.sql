-- Take a slot: no row changes if another node took it ($3: the slot).
UPDATE sched SET next_at = $4, last_at = $5
WHERE tenant = $1 AND kind = $2 AND next_at = $3 AND every_s > 0
  AND NOT EXISTS (SELECT 1 FROM sched_off o WHERE o.tenant = sched.tenant);
