-- Told.
DELETE FROM outnote WHERE id = $1;
