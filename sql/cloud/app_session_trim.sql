-- Over: idle or too old.
DELETE FROM app_session WHERE seen_at < $1 OR created_at < $2;
