-- Signed in: forget the failures.
DELETE FROM throttle WHERE name = $1;
