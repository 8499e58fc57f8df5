-- Errors whose file is gone.
DELETE FROM csv_error
WHERE import NOT IN (SELECT id FROM csv_import);
