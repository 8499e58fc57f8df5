-- What we know of a shop's bucket now.
INSERT INTO shop_budget
    (shop, ceiling, restore, left_over, as_of, held, held_from, held_old)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (shop) DO UPDATE SET ceiling = excluded.ceiling,
    restore = excluded.restore, left_over = excluded.left_over,
    as_of = excluded.as_of, held = excluded.held,
    held_from = excluded.held_from, held_old = excluded.held_old;
