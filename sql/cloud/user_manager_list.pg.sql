-- Who manages.  Locked: two managers must not end each other's role at once.
SELECT id FROM app_user WHERE role = 'manager' ORDER BY id FOR UPDATE;
