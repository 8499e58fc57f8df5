-- Is this sign-in still there, and not too old?
SELECT id FROM app_session WHERE id = $1 AND created_at > $2;
