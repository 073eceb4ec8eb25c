"""Where an index is stored: what every store promises (`base.py`), and two stores, SQLite and PostgreSQL."""
