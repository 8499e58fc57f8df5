-- Shipments that left, by hour since 1970.
SELECT shipped_at / 3600000 AS hour, count(*) AS n FROM shipment
WHERE shipped_at >= $1 GROUP BY shipped_at / 3600000;
