-- Let go, or refused by the app.
UPDATE connector SET link_state = $2 WHERE id = $1 AND link_state <> $2;
