-- The latest shipping date, set by hand; 0: none.
UPDATE orders SET ship_by = $2 WHERE id = $1;
