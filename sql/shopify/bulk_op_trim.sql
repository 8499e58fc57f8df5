-- Operations of a store that were over before $2.
DELETE FROM bulk_op WHERE shop = $1 AND state = 'done' AND state_at < $2;
