-- Something happened.  With ext_id, a second one of a tenant is dropped.
INSERT INTO event (at, tenant, level, step, job, order_id, order_name, text,
    reason, next, origin, ext_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (tenant, ext_id) WHERE ext_id IS NOT NULL DO NOTHING;
