-- Is an order in the hands of an operation?
SELECT count(*) AS n FROM bulk_line WHERE ledger = $1 AND lane = $2;
