-- An ID token made at $3 was exchanged: the app was installed then.  A newer one
-- may have been meanwhile.
UPDATE shop SET scopes = $2,
    exchanged_at = CASE WHEN exchanged_at < $3 THEN $3 ELSE exchanged_at END
WHERE id = $1;
