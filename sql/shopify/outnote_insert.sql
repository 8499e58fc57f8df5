-- What happened, to be told to the Cloud App.
INSERT INTO outnote (shop, uuid, at, grave, level, step, order_id, job, code,
    reason, next)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
