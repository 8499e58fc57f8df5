-- PostgreSQL: others wait, so that no points are counted twice.
SELECT ceiling, restore, left_over, held, as_of FROM shop_budget
WHERE shop = $1 FOR UPDATE;
