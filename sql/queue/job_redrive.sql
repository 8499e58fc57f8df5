-- Dead -> waiting, everything anew.  A call that may be in the air stays
-- known.  Its once is lost if another one has it by now.  $2: now.
UPDATE job SET state = 'waiting', attempts = 0, crashes = 0, suspect = 0,
    finished_at = 0,
    run_at = CASE WHEN effect_until > $2 THEN effect_until ELSE $2 END,
    asleep = CASE WHEN effect_until > $2 THEN 1 ELSE 0 END,
    once = CASE WHEN EXISTS (SELECT 1 FROM job w WHERE w.tenant = job.tenant
	AND w.once = job.once AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
WHERE uuid = $1 AND state = 'dead';
