"""Reader and embedder, trained on from weights that there are, on questions in people's own words."""
