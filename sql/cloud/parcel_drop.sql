-- Room for other tracking numbers.
DELETE FROM parcel WHERE shipment = $1;
