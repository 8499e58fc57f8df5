-- Add a schedule or change its interval.
INSERT INTO sched (tenant, kind, every_s, next_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, kind) DO UPDATE
SET every_s = excluded.every_s, next_at = excluded.next_at;
