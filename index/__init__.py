"""Documents in, passages out: parsing, chunking, embedding, storing and retrieving. Never imports `qa`."""
