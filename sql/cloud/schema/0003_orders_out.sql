-- Orders that leave, by hour, are counted along an index that holds them.
DROP INDEX shipment_shipped;
CREATE INDEX shipment_shipped ON shipment (shipped_at, order_id);
