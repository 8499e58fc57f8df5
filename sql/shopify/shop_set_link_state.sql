-- The link broke or was let go; the token stays for what must be passed on.
UPDATE shop SET link_state = $2, link_reason = $3, link_code = $4 WHERE id = $1;
