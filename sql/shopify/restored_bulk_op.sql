-- After a restore: none goes on.
UPDATE bulk_op SET state = 'done', code = 'restored' WHERE state <> 'done';
