-- Another role.
UPDATE app_user SET role = $2 WHERE id = $1;
