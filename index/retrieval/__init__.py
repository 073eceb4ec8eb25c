"""Retrieval: a question → the passages to read for it, best first."""
