"""The HTTP contract that the service and its clients share: schemas and errors."""
