-- The words an order is found by, once each; PostgreSQL's own JSON functions.
INSERT INTO order_word (word, order_id, part)
SELECT value, $1, 0
FROM json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON))
ON CONFLICT DO NOTHING;
