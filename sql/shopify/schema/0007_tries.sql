-- How often a person had the app call an address that the person gave.
ALTER TABLE shop ADD COLUMN tries INTEGER NOT NULL DEFAULT 0; -- within the hour from tries_from on
ALTER TABLE shop ADD COLUMN tries_from INTEGER NOT NULL DEFAULT 0; -- ms
