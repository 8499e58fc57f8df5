-- The call begins ($2), may be under way until $3, and carries this tracking.
UPDATE fulfil SET state = 'air', aired_at = $2, air_until = $3, revision = $4,
    numbers = $5
WHERE id = $1 AND state = 'planned';
