-- A tenant is gone: it takes no turns.
DELETE FROM turn WHERE tenant = $1;
