-- What was of the installation before: the Cloud App would end the new one's link,
-- or erase its orders.
UPDATE privacy_out SET sent_at = $2, customer = NULL
WHERE shop = $1 AND sent_at = 0 AND kind IN ('uninstalled', 'shop_redact');
