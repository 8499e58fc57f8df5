-- Imported.
DELETE FROM incoming WHERE id = $1;
