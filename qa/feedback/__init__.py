"""Feedback: checked against the documents (`checking.py`), and found again in changed ones (`anchoring.py`)."""
