"""Reading: a question and a passage → scored spans, and the score of there being no answer."""
