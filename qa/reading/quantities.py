"""A number with its unit, made comparable: "1.5 h" and "80 min" are 90 and 80 minutes."""

import re

MONEY = "money"
NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|half)"
)
"""Matches a number up to ninety in words, case as it is given."""
_CURRENCIES = frozenset("£ $ € crown euro eur dollar usd pound gbp franc chf pence cent".split())  # noqa: SIM905

_GROUPED = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?"  # "1,200.50"
_VALUE = re.compile(
    rf"(?:about|approx\.?|ca\.?|~|from)?\s?(?P<currency>[£$€]?)\s?(?P<number>{_GROUPED}|\d{{1,12}}(?:[.,]\d{{1,6}})?)"
    r"\s?(?P<unit>[^\W\d_]{1,12}(?:/h)?[²³]?|°\s?[CF]?|%|)(?P<rest>[^\d]{0,60})",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(\d{1,4})\s?(?:h|hrs?|hours?)\s?(?:and\s)?(\d{1,2})\s?(?:min|mins|minutes?|m)?\.?", re.IGNORECASE)
# Dimension → its units, each with how many of the first it is
_DIMENSIONS = {
    "mass": "g 1 gram 1 grams 1 mg 0.001 kg 1000 t 1000000 tonne 1000000 tonnes 1000000 lb 453.6",
    "length": "m 1 metre 1 metres 1 mm 0.001 cm 0.01 km 1000 kilometres 1000 ft 0.3048 feet 0.3048 "
    "miles 1609 inches 0.0254",
    "time": "min 1 mins 1 minute 1 minutes 1 s 0.01667 seconds 0.01667 h 60 hour 60 hours 60 hrs 60 day 1440 days 1440 "
    "week 10080 weeks 10080 month 43800 months 43800 year 525600 years 525600",
    "volume": "l 1 litre 1 litres 1 ml 0.001 cl 0.01 m³ 1000",
    "area": "m² 1 ha 10000 km² 1000000",
    "speed": "km/h 1 mph 1.609 knots 1.852 kn 1.852",
    "temperature": "° 1 °c 1 degrees 1",
    "sound": "db 1",
}
_UNITS = {
    unit: (dimension, float(factor))
    for dimension, row in _DIMENSIONS.items()
    for unit, factor in zip(row.split()[::2], row.split()[1::2], strict=True)
}


def quantity_of(words: str) -> tuple[float, str] | None:
    """The number in the base unit of its dimension, and that dimension; None for what is no single number.

    "3.2 kg" → 3200 and "mass"; "1 h 20" → 80 and "time"; "£1,200" → 1200 and "£"; "12 seats" → 12 and "seat".
    """
    words = words.strip(" *_`")
    if clock := _HOURS.fullmatch(words):
        return 60.0 * int(clock[1]) + int(clock[2]), "time"
    found = _VALUE.fullmatch(words)
    if not found:
        return None
    digits = found["number"]
    number = float(digits.replace(",", "" if re.fullmatch(_GROUPED, digits) else "."))
    if found["currency"]:
        return number, found["currency"]
    unit = found["unit"].lower().replace(" ", "")
    dimension, factor = _UNITS.get(unit, (unit.removesuffix("s"), 1.0))
    return number * factor, dimension


def is_money(dimension: str) -> bool:
    """Whether what `quantity_of` has for a dimension is a currency."""
    return dimension in _CURRENCIES


def is_measured(dimension: str) -> bool:
    """Whether what `quantity_of` has for a dimension is one of units, or a currency: not "seat" of "12 seats"."""
    return dimension in _DIMENSIONS or is_money(dimension)
