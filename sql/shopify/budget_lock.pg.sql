-- PostgreSQL: others wait, so that no points are counted twice.
SELECT ceiling, restore, left_over, as_of, held, held_from, held_old
FROM shop_budget
WHERE shop = $1 FOR UPDATE;
