-- The app was opened with an ID token made at $2: it was installed then.
UPDATE shop SET opened_at = $2 WHERE id = $1 AND opened_at < $2;
