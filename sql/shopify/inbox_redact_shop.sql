-- No body of a redacted shop stays, dead letters included.
UPDATE inbox SET body = NULL WHERE shop = $1 AND received_at < $2;
