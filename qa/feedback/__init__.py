"""Feedback: checked against the documents, found again in changed ones, and written as questions."""
