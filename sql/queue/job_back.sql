-- Claimed, but never begun: they wait again, and it was no try.  $1: [[id,
-- fence], …].
UPDATE job SET state = 'waiting', attempts = attempts - 1,
    lease_owner = NULL, lease_until = 0,
    once = CASE WHEN EXISTS (SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
FROM (SELECT value ->> 0 AS id, value ->> 1 AS fence
    FROM json_each($1)) AS d
WHERE job.id = d.id AND job.fence = d.fence AND job.state = 'running';
