-- The words an order is found by, once each.
INSERT INTO order_word (word, order_id, part)
SELECT value, $1, 0 FROM json_each($2) WHERE 1
ON CONFLICT DO NOTHING;
