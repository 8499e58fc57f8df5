-- The store's side differs: open since the first difference.
UPDATE order_basis SET theirs = $2, what = $3,
	since = CASE WHEN since = 0 THEN CAST($4 AS BIGINT) ELSE since END
WHERE order_id = $1;
