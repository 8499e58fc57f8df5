-- Its outcome is known, or the order goes its own way again.
DELETE FROM bulk_line WHERE ledger = $1 AND lane = $2;
