-- No piece of a line.
DELETE FROM shipment_line WHERE shipment = $1 AND line = $2;
