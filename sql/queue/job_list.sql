-- Jobs of any state, newest first, below an id.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE id < $1
ORDER BY id DESC LIMIT $2;
