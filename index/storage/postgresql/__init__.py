"""The store that is a PostgreSQL database with pgvector. Nothing outside knows of them."""
