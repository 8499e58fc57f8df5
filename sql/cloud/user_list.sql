-- People by e-mail, behind the cursor.
SELECT id, email, password, role, created_at, language, theme
FROM app_user
WHERE email > $1 ORDER BY email LIMIT $2;
