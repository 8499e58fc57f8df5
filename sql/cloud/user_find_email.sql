-- Who signs in.
SELECT id, email, password, role, created_at, language, theme
FROM app_user WHERE email = $1;
