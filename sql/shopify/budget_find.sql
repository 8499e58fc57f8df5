-- What we know of a shop's bucket.
SELECT ceiling, restore, left_over, as_of, held, held_from, held_old
FROM shop_budget
WHERE shop = $1;
