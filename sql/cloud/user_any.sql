-- One person, if there is any: is set-up done?
SELECT id, email, password, role, created_at, language, theme
FROM app_user ORDER BY id LIMIT 1;
