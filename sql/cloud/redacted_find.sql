-- Was this order, or its customer before the order was made, or the whole
-- store erased?
SELECT at FROM redacted
WHERE channel = $1 AND (name = $2 OR ((name = $3 OR name = 'shop')
	AND at > $4))
LIMIT 1;
