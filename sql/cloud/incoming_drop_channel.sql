-- Their connector ended before they were imported.
DELETE FROM incoming WHERE channel = $1;
