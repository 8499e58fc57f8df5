-- Orders that came, by hour since 1970.
SELECT imported_at / 3600000 AS hour, count(*) AS n FROM orders
WHERE imported_at >= $1 GROUP BY imported_at / 3600000;
