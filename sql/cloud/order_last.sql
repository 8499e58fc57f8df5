-- The newest order's id; 0: there is none.
SELECT coalesce(max(id), 0) AS n FROM orders;
