"""Retrieval: a question → the passages on which it is best answered."""
