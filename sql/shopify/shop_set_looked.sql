-- A sweep is about to read orders that changed up to $2.
UPDATE shop SET looked_to = $2 WHERE id = $1 AND looked_to < $2;
