-- The pass that began at $2 has seen all changes up to $3, and goes on there.
UPDATE shop SET sweep_began = $2, sweep_at = $3 WHERE id = $1;
