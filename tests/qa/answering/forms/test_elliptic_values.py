"""Values of several things in one sentence, of which only the first is said to have them."""

import pytest
from shape_support import parts, shaped

TOW = "The Tarn 1.2 may pull 900 kg braked and 500 kg unbraked, the Estate 1,100 kg and 550 kg."
TANK = "The fuel tank of the Tarn 1.2 holds 42 litres, that of the Estate 47."
HALL = "The hall costs £14 an hour and £60 a day, the church room £9 and £40."
SHOP = "The shop closes at 5 on weekdays and 1 on Saturdays, the cafe at 6 and 3."
SOWN = "Pumpkins are sown at 20 degrees and planted at 12, melons at 24 and 16."
PLOT = "A full plot is £62 a year, a half plot £34, a starter bed £12."
POOL = "In May the pool closes at 8, in June at 9."
DUKE = "The Duke holds 12 people and the Earl 8."
MEALS = "Dinner is at 7, lunch at 12 and breakfast at 8."
DRIED = "A plum must be dried for ten hours at 60 °C before sale; a pear takes only six hours at 70 °C."
TOUR = "The tour costs £8 for adults, children £4."


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("how much can the estate pull unbraked", TOW, "500 kg unbraked, the Estate 1,100 kg and 550 kg", "550 kg"),
        ("how much can the estate pull braked", TOW, "900 kg", "1,100 kg"),
        ("how much can the Tarn pull unbraked", TOW, "900 kg", "500 kg unbraked"),
        ("how much can the Tarn pull braked", TOW, "500 kg", "900 kg braked"),
        ("how many litres go in the estate's tank", TANK, "42 litres", "47"),
        ("how much is the church room for a whole day", HALL, "£9 and £40", "£40"),
        ("how much is the hall an hour", HALL, "£9", "£14 an hour"),
        ("when does the cafe close on saturdays", SHOP, "6 and 3", "3"),
        ("how warm must it be to plant out melons", SOWN, "20 degrees", "16"),
        ("rent of a half plot", PLOT, "£62 a year", "£34"),
        ("when does the pool close in june", POOL, "8", "9"),
        ("when is lunch", MEALS, "12 and breakfast at 8", "12"),
        ("when is breakfast", MEALS, "7", "8"),
        ("how many people does the Earl hold", DUKE, "12", "8"),
    ],
)
def test_the_value_of_the_thing_that_is_named(question: str, text: str, span: str, words: str) -> None:
    assert shaped(question, f"# Notes\n\nSome words. {text} And more.\n", span)[1] == words


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("how much can a lorry pull unbraked", TOW, "500 kg unbraked"),  # named by neither
        ("what weight can the Tarn pull without brakes", TOW, "500 kg unbraked"),
        ("when does the cafe close on sundays", SHOP, "6 and 3"),  # the day by none
        ("How long do I dry a pear?", DRIED, "six hours at 70 °C"),  # the span has the asked thing's value
        ("How much is the tour?", TOUR, "£8 for adults, children £4"),  # children are on the same tour
        ("what does the hall cost per day", HALL, "£60 a day"),
        ("what colour is the church room", "The hall is red, the church room blue.", "blue"),
    ],
)
def test_what_is_not_clear_or_right_stays(question: str, text: str, span: str) -> None:
    assert shaped(question, text, span)[1] == span


def test_values_of_two_things_are_no_list_of_one() -> None:
    span = "500 kg unbraked, the Estate 1,100 kg and 550 kg"
    assert parts(shaped("how much can the lorry pull", TOW, span)) == []
    times = "at 9, at 11 and at 2"
    assert len(parts(shaped("when does it sail", f"It sails {times}.", times))) == 3
