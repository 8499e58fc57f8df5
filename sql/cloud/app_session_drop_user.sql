-- Signed out everywhere, but for one ($2; 0: none).
DELETE FROM app_session WHERE user_id = $1 AND id <> $2;
