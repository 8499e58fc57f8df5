-- Signed out.
DELETE FROM app_session WHERE id = $1;
