-- Orders of which something left, by hour since 1970: in however many shipments.
SELECT shipped_at / 3600000 AS hour, count(DISTINCT order_id) AS n
FROM shipment WHERE shipped_at >= $1 GROUP BY shipped_at / 3600000;
