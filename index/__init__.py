"""Documents in, passages out: parses, chunks, embeds, stores and retrieves. Never imports `qa`."""
