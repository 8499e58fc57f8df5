-- What the connector's form says.
UPDATE shop SET automatic = $2, label = $3, notify_customer = $4,
    every_step = $5
WHERE id = $1;
