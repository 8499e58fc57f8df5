-- The tenant's schedules fire again.
DELETE FROM sched_off WHERE tenant = $1;
