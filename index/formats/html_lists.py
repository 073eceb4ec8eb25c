"""Lists of a page: the marks that it shows before their items, which are not in its text."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

LISTS = {"menu", "ol", "ul"}
_MOST_INDENTED = 20  # lists in each other
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_NUMBER = re.compile(r"-?\d{1,9}")


@dataclass(slots=True)
class List:
    """A list that is being written: the number of its next item, None where they have none, and how it is shown."""

    number: int | None
    step: int
    style: str

    def mark(self, item: "_Element") -> str:
        """What stands before the next item, which may have a number of its own."""
        if self.number is None:
            return "- "
        number = _int(item.get("value"), self.number)
        self.number = number + self.step
        if self.style in ("a", "A") and 1 <= number <= 26:
            return f"{chr(96 + number) if self.style == 'a' else chr(64 + number)}) "
        if self.style in ("i", "I") and 1 <= number < 4000:
            return f"{_roman(number) if self.style == 'i' else _roman(number).upper()}) "
        return f"{number}. "


def list_of(element: "_Element") -> List:
    """The list that an element is, before its first item."""
    if element.tag != "ol":
        return List(None, 0, "1")
    is_reversed = element.get("reversed") is not None
    first = sum(child.tag == "li" for child in element) if is_reversed else 1
    return List(_int(element.get("start"), first), -1 if is_reversed else 1, element.get("type") or "1")


def _int(text: str | None, otherwise: int) -> int:
    return int(text) if text and _NUMBER.fullmatch(text.strip()) else otherwise


def _roman(number: int) -> str:
    digits = ""
    for value, letters in _ROMAN:
        digits += letters * (number // value)
        number %= value
    return digits


def indent(lists: int) -> str:
    """What stands before the words of an item, or of what follows in it, in so many lists."""
    return "  " * min(max(lists, 0), _MOST_INDENTED)
