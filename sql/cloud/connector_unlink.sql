-- Another connector serves its store now.
UPDATE connector SET channel = NULL, callback_url = NULL, link_state = 'none'
WHERE id = $1;
