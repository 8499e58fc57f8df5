-- Shipments, newest first, behind the cursor.
SELECT * FROM shipment_view
WHERE id < $1
	AND (CAST($2 AS BIGINT) = 0 OR channel = CAST($2 AS BIGINT))
	AND (CAST($3 AS TEXT) IS NULL OR state = CAST($3 AS TEXT))
	AND (CAST($4 AS TEXT) IS NULL OR store_state = CAST($4 AS TEXT))
	AND (CAST($5 AS TEXT) IS NULL
		OR search LIKE CAST($5 AS TEXT) ESCAPE '!')
ORDER BY id DESC LIMIT $6;
