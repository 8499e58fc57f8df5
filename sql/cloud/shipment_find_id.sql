-- A shipment by its id.
SELECT * FROM shipment_view WHERE id = $1;
