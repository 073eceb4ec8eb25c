"""Numbers with units, made comparable."""

import pytest

from qa.reading.quantities import is_money, quantity_of


@pytest.mark.parametrize(
    ("words", "quantity"),
    [
        ("3.2 kg", (3200, "mass")),
        ("**800 g**", (800, "mass")),
        ("1 h 20", (80, "time")),
        ("1,5 h", (90, "time")),
        ("£1,200.50", (1200.5, "£")),
        ("40 crowns an hour", (40, "crown")),
        ("12 seats", (12, "seat")),
        ("about 7", (7, "")),
        ("30–40 kg", None),
        ("heavy", None),
        ("", None),
    ],
)
def test_the_number_in_its_base_unit(words: str, quantity: tuple[float, str] | None) -> None:
    assert quantity_of(words) == quantity


def test_currencies_are_money() -> None:
    assert is_money("£")
    assert is_money("crown")
    assert not is_money("mass")
