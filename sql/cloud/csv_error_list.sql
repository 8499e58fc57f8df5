-- Lines that were refused, behind one.
SELECT line, code, reason FROM csv_error
WHERE import = $1 AND line > $2 ORDER BY line LIMIT $3;
