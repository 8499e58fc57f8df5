-- Orders nobody has worked on for long.
DELETE FROM fulfil_order WHERE shop = $1 AND until < $2;
