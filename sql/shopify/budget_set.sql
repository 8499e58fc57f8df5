-- What we know of a shop's bucket now.
INSERT INTO shop_budget (shop, ceiling, restore, left_over, held, as_of)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shop) DO UPDATE SET ceiling = excluded.ceiling,
    restore = excluded.restore, left_over = excluded.left_over,
    held = excluded.held, as_of = excluded.as_of;
