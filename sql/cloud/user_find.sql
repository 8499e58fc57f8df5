-- A person by id.
SELECT id, email, password, role, created_at FROM app_user WHERE id = $1;
