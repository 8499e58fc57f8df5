-- A call that is not idempotent is in the air until $3; 0: no more.
UPDATE job SET effect_until = $3
WHERE id = $1 AND fence = $2 AND state = 'running';
