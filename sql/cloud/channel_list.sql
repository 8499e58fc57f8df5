-- Channels by name, with their connector of today and how many orders.
SELECT ch.id, ch.technology, ch.shop, ch.name, ch.created_at,
	c.public_id AS connector,
	(SELECT count(*) FROM orders o WHERE o.channel = ch.id) AS orders
FROM channel ch LEFT JOIN connector c ON c.channel = ch.id
WHERE ch.name > $1 OR (ch.name = $1 AND ch.id > $2)
ORDER BY ch.name, ch.id LIMIT $3;
