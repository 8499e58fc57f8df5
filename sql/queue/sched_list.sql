-- A tenant's schedules.
SELECT tenant, kind, every_s, next_at, last_at, last_job
FROM sched WHERE tenant = $1 ORDER BY kind;
