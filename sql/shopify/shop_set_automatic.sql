-- The Cloud App told us that its switch stands otherwise.
UPDATE shop SET automatic = $2 WHERE id = $1;
