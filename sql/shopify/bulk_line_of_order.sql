-- An operation's line of an order.
SELECT b.ledger AS ledger, b.line AS line, b.tags AS tags,
    b.picture AS picture, l.order_id AS order_id,
    coalesce(l.updated_at, 0) AS updated_at
FROM ledger l JOIN bulk_line b ON b.ledger = l.id
WHERE l.shop = $1 AND l.order_id = $2 AND b.op = $3;
