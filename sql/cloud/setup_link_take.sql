-- Use the link up: a row only if it is the right one, in time.
DELETE FROM setup_link WHERE id = 1 AND hash = $1 AND until > $2
RETURNING id;
