-- How the calls to the Cloud App go: failures in a row, and not before when.
UPDATE shop SET cloud_fails = $2, cloud_until = $3 WHERE id = $1;
