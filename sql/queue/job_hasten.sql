-- Somebody presses the button while a try waits for its time: go now, but
-- never while a call may still be in the air ($3: now).
UPDATE job SET prio = $2,
    run_at = CASE WHEN effect_until > $3 THEN run_at ELSE $3 END,
    asleep = CASE WHEN effect_until > $3 THEN asleep ELSE 0 END
WHERE id = $1 AND state = 'waiting';
