-- Who manages.
SELECT id FROM app_user WHERE role = 'manager' ORDER BY id;
