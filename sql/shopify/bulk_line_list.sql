-- Lines of an operation whose outcome is not known, in the file's order.
SELECT b.ledger AS ledger, b.line AS line, b.tags AS tags,
    b.picture AS picture, l.order_id AS order_id,
    coalesce(l.updated_at, 0) AS updated_at
FROM bulk_line b LEFT JOIN ledger l ON l.id = b.ledger
WHERE b.op = $1 AND b.line > $2
ORDER BY b.line LIMIT $3;
