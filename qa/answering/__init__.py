"""Answering: readings → answers with their places and confidence, or the reason why there is none."""
