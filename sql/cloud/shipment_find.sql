-- A shipment by its public id.
SELECT * FROM shipment_view WHERE public_id = $1;
