-- Still in use.
UPDATE app_session SET seen_at = $2 WHERE id = $1;
