"""Feedback: check it against the documents, find its words again in changed ones, export it as questions."""
