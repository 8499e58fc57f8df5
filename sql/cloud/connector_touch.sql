-- The app called.
UPDATE connector SET last_contact_at = $2 WHERE id = $1;
