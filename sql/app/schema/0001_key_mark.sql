-- What shows that a key file is this database's (src/app/key_mark.c).
CREATE TABLE key_mark (
	id INTEGER PRIMARY KEY, -- 1: there is one
	seal BLOB NOT NULL      -- sealed, "key_mark"
) STRICT;
