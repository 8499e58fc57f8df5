-- The lines to go on with.
SELECT line, body FROM csv_chunk WHERE import = $1 AND seq = $2;
