-- Was it erased?
SELECT at FROM redact_mark WHERE shop = $1 AND order_id = $2;
