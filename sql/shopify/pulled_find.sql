-- Was this batch pulled before?
SELECT at FROM pulled WHERE shop = $1 AND batch = $2;
