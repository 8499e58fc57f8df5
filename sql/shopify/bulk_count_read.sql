-- How many orders must be read whole, up to a limit.
SELECT count(*) AS n FROM (SELECT 1 AS one FROM ledger
  WHERE shop = $1 AND must_read = 1 AND manual = 0 AND created_at >= $3
  LIMIT $2) AS found;
