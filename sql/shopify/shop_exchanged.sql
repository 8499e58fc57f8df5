-- An ID token made at $3 was exchanged: the app was installed then.
UPDATE shop SET scopes = $2, exchanged_at = $3 WHERE id = $1;
