-- One tracking number.
INSERT INTO parcel (shipment, pos, number) VALUES ($1, $2, $3);
