-- What became of it; only of the call that began at $2.
UPDATE fulfil_event
SET state = $3, code = $4, reason = $5, air_until = 0
WHERE id = $1 AND aired_at = $2;
