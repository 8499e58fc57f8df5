-- The mark, once it is made.
SELECT seal FROM key_mark WHERE id = 1;
