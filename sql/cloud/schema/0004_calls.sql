-- Since when the store's app cannot be called.
ALTER TABLE connector ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;
-- ms; 0: the last call was answered
