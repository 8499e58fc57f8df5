-- What somebody did.
INSERT INTO audit (at, who, kind, text) VALUES ($1, $2, $3, $4);
