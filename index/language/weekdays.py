"""The days of the week by name, as texts and questions in English have them."""

DAY_NAME = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
"""Matches a day's name in full, case ignored; only that is one in a question: "sat" and "sun" are other words, too."""
