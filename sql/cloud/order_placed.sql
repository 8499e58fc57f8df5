-- When an order was placed, and its number for people.
SELECT name, placed_at FROM orders WHERE id = $1;
