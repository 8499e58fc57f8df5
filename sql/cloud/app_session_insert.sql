-- A sign-in.
INSERT INTO app_session (hash, user_id, created_at, seen_at)
VALUES ($1, $2, $3, $3);
