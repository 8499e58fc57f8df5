-- Whether the store's app calls with the newest token.
ALTER TABLE connector ADD COLUMN used_until INTEGER NOT NULL DEFAULT 0;
-- ms the token it used last is valid until; 0: that is the newest
