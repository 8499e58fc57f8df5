-- Too old to matter there.
DELETE FROM outnote WHERE shop = $1 AND at < $2;
