-- Fewer pieces of a line.
UPDATE shipment_line SET quantity = $3 WHERE shipment = $1 AND line = $2;
