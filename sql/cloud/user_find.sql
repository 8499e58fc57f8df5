-- A person by id.
SELECT id, email, password, role, created_at, language, theme
FROM app_user WHERE id = $1;
