-- Somebody presses the button while a try waits for its time, or that time is of
-- a clock that was put back: go now, and so those it waits behind; but never
-- while a call may still be in the air.  $2 prio, $3 now, $4 tenant, $5 key or
-- NULL.
UPDATE job SET prio = $2,
    run_at = CASE WHEN effect_until > $3 THEN run_at ELSE $3 END,
    asleep = CASE WHEN effect_until > $3 THEN asleep ELSE 0 END
WHERE state = 'waiting' AND id IN (SELECT CAST($1 AS BIGINT)
    UNION ALL
    SELECT j.id FROM job j
    WHERE j.tenant = $4 AND j.key = $5 AND j.id < $1 AND j.state = 'waiting');
