"""A span isn't cut within a pair of values, each with what it is of."""

import pytest
from shape_support import shaped

TEXT = """The warranty is 3 years for private and 1 year for commercial use. A pass costs £5 for adults and £3 for children under
12, paid in cash. It lasts 2 weeks in summer and three in winter. It takes an hour by boat and 2 days. Rooms are for two and for four.
Tea is free for members and £1 for guests if they stay. Lockers cost £2 for a day and £9 a week for staff. A
seat costs £2.45 in the hall, or £1.20 in the gallery.

The guarantee is two years for parts and one for labour.

- Oars for hire: £3 for a day and £9
- for keeps: £70
"""


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        (
            "how long's the warranty at home",
            "3 years for private and 1 year",
            "3 years for private and 1 year for commercial use",
        ),
        ("How long is the warranty for commercial use?", "3 years for private and 1 year", "1 year"),
        ("how long's the warranty at home", "3 years for private", "3 years for private"),
        ("what does a pass cost", "£5 for adults and £3", "£5 for adults and £3 for children under\n12"),
        ("how long does it last", "2 weeks in summer and three", "2 weeks in summer and three in winter"),
        ("what's tea", "free for members and £1", "free for members and £1 for guests"),
        ("how long does it take", "an hour by boat and 2 days", "an hour by boat and 2 days"),
        ("how long does it last", "2 weeks", "2 weeks"),
        ("How long is the guarantee for labour?", "two years", "one"),
        ("how long is the guarantee", "two years for parts and one", "two years for parts and one for labour"),
        ("what is a seat", "£2.45 in the hall, or £1.20", "£2.45 in the hall, or £1.20 in the gallery"),
        ("what are oars", "£3 for a day and £9", "£3 for a day and £9"),
    ],
)
def test_a_pair_is_whole(question: str, span: str, words: str) -> None:
    assert shaped(question, TEXT, span)[1] == words
