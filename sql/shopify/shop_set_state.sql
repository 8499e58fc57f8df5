-- What became of an installation.
UPDATE shop SET state = $2, uninstalled_at = $3 WHERE id = $1;
