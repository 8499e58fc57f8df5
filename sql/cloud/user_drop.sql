-- A person, gone.
DELETE FROM app_user WHERE id = $1;
