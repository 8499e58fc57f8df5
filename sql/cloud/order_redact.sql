-- Personal data erased.
UPDATE orders SET destination = NULL, customer_id = NULL, changed_what = NULL,
	search = $2, document = $3, redacted_at = $4
WHERE id = $1;
