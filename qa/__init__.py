"""Questions in, cited answers out: reading, ranking, answering, and the service and command line around them."""
