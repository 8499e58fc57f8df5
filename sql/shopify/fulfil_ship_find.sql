-- A shipment by the Cloud App's id.
SELECT id, shop, shipment, order_id, revision, lines, company, tracking, notify,
    state, code, reason, next
FROM fulfil_ship WHERE shop = $1 AND shipment = $2;
