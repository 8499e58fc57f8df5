-- All changes up to $2 have been seen.
UPDATE shop SET swept_at = $2 WHERE id = $1;
