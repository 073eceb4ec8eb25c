"""The months by name, in full and shortened, as texts and questions in English have them."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
_SHORTENED = 3  # letters that tell a month; "Sept" has one more

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b"
)
"""Matches a month's name. Capitals count unless case is ignored: "may" and "march" are other words, too."""


def number_of_month(name: str) -> int:
    """0 for "January" and "jan". Raises ValueError for what is no month's name."""
    return [month[:_SHORTENED] for month in MONTHS].index(name[:_SHORTENED].capitalize())
