"""The contract over HTTP, as the service and its clients share it: schemas and the kinds of errors."""
