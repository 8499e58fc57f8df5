-- Changed in the store after import.
UPDATE orders SET changed = 1, changed_what = $3
WHERE channel = $1 AND external_id = $2;
