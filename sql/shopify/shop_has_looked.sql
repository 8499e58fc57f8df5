-- Has a sweep read orders that changed as late as $2?
SELECT count(*) AS n FROM shop WHERE id = $1 AND looked_to >= $2;
