-- Before new content: lines it does not name are gone in the store.
UPDATE order_line SET current_quantity = 0 WHERE order_id = $1;
