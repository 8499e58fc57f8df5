-- Slots that passed while the tenant was paused were not missed: on to the
-- first one after $2.
UPDATE sched SET next_at = ($2 / (every_s * 1000) + 1) * every_s * 1000
WHERE tenant = $1 AND every_s > 0 AND next_at <= $2;
