-- The store has this revision's tracking.
UPDATE fulfil SET revision = $2, numbers = $3, tracking_until = 0
WHERE id = $1;
