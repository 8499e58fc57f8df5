-- An app that is opened is installed, also where its ID token could not be
-- exchanged.
ALTER TABLE shop ADD COLUMN opened_at INTEGER NOT NULL DEFAULT 0; -- ms, Shopify's clock, of the newest ID token of an opening
