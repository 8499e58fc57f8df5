-- The call begins ($2) and may be under way until $3.
UPDATE fulfil_event SET state = 'air', aired_at = $2, air_until = $3
WHERE id = $1 AND state <> 'made';
