-- Nobody is to be told any more.
DELETE FROM outnote WHERE shop = $1;
