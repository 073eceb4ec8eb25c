"""Measure Quoth on labelled questions: ask them, compute metrics, write the report, compare two runs."""
