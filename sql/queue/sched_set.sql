-- Add a schedule or change its interval; with the same one the slot stays.
INSERT INTO sched (tenant, kind, every_s, next_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant, kind) DO UPDATE
SET every_s = excluded.every_s,
    next_at = CASE WHEN sched.every_s = excluded.every_s
        THEN sched.next_at ELSE excluded.next_at END;
