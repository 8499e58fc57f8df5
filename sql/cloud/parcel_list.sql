-- A shipment's tracking numbers.
SELECT number FROM parcel WHERE shipment = $1 ORDER BY pos;
