-- Running jobs whose lease ended before $1: their node is dead or stands.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE state = 'running' AND lease_until < $1 ORDER BY id LIMIT 64;
