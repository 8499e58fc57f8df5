-- What has not been passed on, after $2.
SELECT id, kind, request_id, customer, orders FROM privacy_out
WHERE shop = $1 AND sent_at = 0 AND id > $2 ORDER BY id LIMIT 50;
