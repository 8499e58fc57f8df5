-- The same, to change it.
SELECT ceiling, restore, left_over, held, as_of FROM shop_budget
WHERE shop = $1;
