"""What the service says of itself: log, metrics, traces."""
