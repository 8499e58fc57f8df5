-- No body of a redacted shop stays, dead letters included.  What still waits is
-- read first, and loses its body then.
UPDATE inbox SET body = NULL
WHERE shop = $1 AND received_at < $2 AND state <> 'waiting';
