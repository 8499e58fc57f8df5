-- Lines that were worked off.
DELETE FROM csv_chunk WHERE import = $1 AND seq = $2;
