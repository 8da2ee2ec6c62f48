"""Where training records and their screenshots come from: files, shards, streams."""
