"""Trains the reader and the embedder further, from existing weights, on questions in people's own words."""
