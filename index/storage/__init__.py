"""Where an index is kept: what any store promises, and the one that is a SQLite file."""
