-- Was it erased?
SELECT at AS n FROM redact_mark WHERE shop = $1 AND order_id = $2;
