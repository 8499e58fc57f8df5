-- Is this the link, in time?  For showing the form.
SELECT id FROM setup_link WHERE id = 1 AND hash = $1 AND until > $2;
