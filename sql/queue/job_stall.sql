-- Test only: as if the lease had ended and another had found it so.
UPDATE job SET state = 'waiting', fence = fence + 1, lease_owner = NULL,
    lease_until = 0,
    once = CASE WHEN EXISTS (SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
WHERE id = $1 AND fence = $2 AND state = 'running';
