-- When the last webhook of an order came, since $2; no row: none.
SELECT received_at FROM inbox
WHERE shop = $1 AND received_at >= $2
    AND topic IN ('orders/create', 'orders/updated', 'orders/edited',
        'orders/cancelled')
ORDER BY received_at DESC LIMIT 1;
