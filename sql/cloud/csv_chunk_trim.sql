-- Lines whose file is gone.
DELETE FROM csv_chunk
WHERE import NOT IN (SELECT id FROM csv_import);
