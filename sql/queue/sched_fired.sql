-- Which job the slot added or met.
UPDATE sched SET last_job = $3 WHERE tenant = $1 AND kind = $2;
