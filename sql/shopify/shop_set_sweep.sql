-- The pass that began at $2 has seen all changes up to $3, and goes on there,
-- behind the order that $4 names.
UPDATE shop SET sweep_began = $2, sweep_at = $3, sweep_cursor = $4
WHERE id = $1;
