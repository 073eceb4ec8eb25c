"""Measuring Quoth on a person's own questions: running them, figures, the report, and comparing two runs."""
