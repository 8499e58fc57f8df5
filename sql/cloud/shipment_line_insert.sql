-- Pieces of a line in a shipment.
INSERT INTO shipment_line (shipment, line, quantity) VALUES ($1, $2, $3);
