"""Where an index is kept: what any store promises, and the two that do: SQLite and PostgreSQL."""
