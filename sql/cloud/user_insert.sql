-- A person; no row: somebody has that e-mail.
INSERT INTO app_user (email, password, role, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (email) DO NOTHING
RETURNING id, email, password, role, created_at, language, theme;
