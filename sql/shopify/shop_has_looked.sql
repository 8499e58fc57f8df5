-- Has a sweep read orders that changed as late as $2?
SELECT id FROM shop WHERE id = $1 AND looked_to >= $2;
