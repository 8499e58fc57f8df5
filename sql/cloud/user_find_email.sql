-- Who signs in.
SELECT id, email, password, role, created_at FROM app_user WHERE email = $1;
