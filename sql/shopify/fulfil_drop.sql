-- Plans that came to nothing; what may be in the air stays.
DELETE FROM fulfil WHERE ship = $1 AND state IN ('planned', 'refused');
