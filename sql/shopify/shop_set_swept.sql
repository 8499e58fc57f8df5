-- A pass is over: all changes up to $2 have been seen.
UPDATE shop SET swept_at = $2, sweep_began = 0, sweep_at = 0,
    sweep_cursor = NULL
WHERE id = $1;
