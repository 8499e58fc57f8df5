-- Why a store is disconnected, for the page's words: the code the Cloud App
-- refused with.
ALTER TABLE shop ADD COLUMN link_code TEXT; -- NULL: not, or not said
