"""A list around a span: bulleted, numbered, or an enumeration within a sentence, with commas and "and"."""

import re
from collections.abc import Sequence

from index.lines import Item, Line, item_at, items_around, line_at, list_below
from qa.answering.forms.clauses import sentence_at, sentence_ends_within, with_restriction
from qa.answering.forms.delimiters import CLOSING, DELIMITER, QUOTATION, delimiters
from qa.answering.forms.form import Form, Part, Shape
from qa.answering.forms.openers import opens_sentence
from qa.answering.forms.shared_words import shares_words
from qa.answering.forms.values import behind_clause

MAX_PARTS = 50
_PAUSE = re.compile(r"[,;:.(]")
_COMMA = re.compile(r"\s*[,;]\s+")
# What comes before an enumeration within its sentence
_LEAD = re.compile(
    r":\s+|\b(?:such as|including|includes?|like|namely|e\.g\.,?|i\.e\.,?|for example,?|are|were|of|via|by|with|"
    r"from|to|in|on|for|"
    r"between|either|both|has|have|need|needs|bring|contains?|covers?|offers?|supports?|uses?)\s+",
    re.IGNORECASE,
)
_OF_KIND = re.compile(r"\b(?:such as|namely|(?:for|as an) example,?|e\.g\.,?|i\.e\.,?)\s+", re.IGNORECASE)
# "The rooms:", "Ring us if", "Please do **not**": no sentence ends so
INTRODUCES = re.compile(
    r"(?::|\b(?:if|when|unless|because|not|to|do|don['’]t|must|may|can|should|have|has|are|is|includes?|for|of|with|by|the|that|"
    r"who|where))[*_]*\s*$"
)
_LEAD_TERM = re.compile(
    r"(\*\*[^*\n]+\*\*|__[^_\n]+__|\[[^\]\n]+\]\([^)\n]*\)|`[^`\n]+`)\s*(?:[:,–—.]|\s\\?-|(?<=[:.]\*\*)|$|\n)"
    r"|([^\s:–—.][^:–—.\n]{0,60}?)\s*(?::|–|—|\s\\?-)\s"
)
_DRESSED = re.compile(
    r"(?:(?:the|a|an)\s+)?\[([^\]]+)\](?:\([^)\s]*\)|\[[^\]\n]*\])[*_]*$|\*\*([^*]+)\*\*$|__([^_]+)__$|“([^”]+)”$"
    r"|\*([^*]+)\*$|_([^_]+)_$"
)
PHRASE = re.compile(
    r"(?:by|on|at|in|to|with|without|under|for|from|until|before|after|within|as|if|when|where|while|because|since|unless|"
    r"which|who|whose|that|so|but|not|never|above|behind|below|beside|between|near|next to|opposite)\b",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"[*_]{1,3}")
_EMPHASIS_BEFORE = re.compile(r"[*_]{1,3}$")
_LINK_END = re.compile(r"\]\([^()\s]{0,200}\)|\]\[[^\]\n]{0,60}\]")
MAX_ITEM_WORDS = 14
SHORT_ITEM_WORDS = 5
_PAIR_WORDS = 2  # of the second thing in a last item: "bread and white butter"
_BEFORE_NOUN = ("", "the", "a", "an", "its", "your", "their", "our", "one", "two")  # which readers leave out
_OPENERS = '*_`"“‘[ \n'
_REST_OF_ITEM = re.compile(r"[*_`\"”’]*(?:(?:\]\([^()\n]*\)|\]\[[^\]\n]*\]|\]|\s?\([^()\n]*\))[*_`\"”’]*)?")
_INLINE_MARK = re.compile(r"(?:^|(?<=\s))\(?(?:[ivx]{1,4}|[a-h]|\d{1,2})\)\s+")
# Behind the last item: ", which we sell", " – are £45 each", ". Then"
_REST_OF_SENTENCE = re.compile(
    r"(?<!\s)\s+(?=(?:[–—-]\s(?:(?:all|each|both)\s)?(?:is|are|was|were|costs?)|which|that|who|to|in order|so|where|"
    r"when|while|but)\b)|[.!?:;](?:\s|$)"
)
_EDGES = " \t\n.,;:"
_AND_SO_ON = re.compile(r"(?:etc|so on|so forth|more|others)\.?", re.IGNORECASE)


def list_shape(text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The whole list that `[start, end)` is in or announces, with its parts; None if there is none."""
    number = line_at(lines, start)
    start = min(max(start, lines[number].content), max(start, end - 1))
    last = line_at(lines, max(start, end - 1))
    item = item_at(text, lines, number)
    if item and end > item.end:  # the span covers several items
        return of_items(text, items_around(text, lines, item), start, item.end)
    inline = enumeration(text, lines, start, end)
    is_whole = item is not None and fills(text, item, start, end)
    items = items_around(text, lines, item) if item and is_whole else []
    # "Clean the carpets and keep the receipt" is one item of several, "soap, towels and a bin" is a list in an item
    if inline and (not is_whole or (_covers_several(inline, start, end) and (len(inline.parts) > 2 or len(items) < 2))):
        return inline
    if len(items) > 1:
        return of_items(text, items, start, end)
    line = lines[last]
    if INTRODUCES.search(text[line.start : line.end]) and len(items := list_below(text, lines, last)) > 1:
        return of_items(text, items, start, end)
    return inline


def goes_on(parts: Sequence[Part]) -> bool:
    """Whether the parts are phrases of a sentence that goes on: "Tell the bank at once", "by telephone".

    So are those that share words with the first: "Anybody who lives", "works here".
    "damage by frost", "by rust", "by salt" are several things, and so are "on Mondays", "by night", "with luggage".
    """
    if shares_words(parts):
        return True
    openers = {opener[0].lower() for part in parts[1:] if (opener := PHRASE.match(part.text))}
    if not openers or (len(parts) > 2 and PHRASE.match(parts[0].text)):
        return False
    return len(openers) > 1 or not openers & {*re.findall(r"\w+", parts[0].text.lower())}


def enumeration(text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The enumeration in the sentence around `[start, end)`; None for fewer than two items.

    For the span "oars" in "Bring items such as oars, a sail and rope to the quay.": "oars", "a sail" and "rope".
    """
    end = before_next_sentence(text, lines, start, end)
    first, last = _within_brackets(text, *sentence_at(text, lines, start, end), start, end)
    end = _whole_item_end(text, start, end, last)
    start, end = _grown(text, first, last, start, end)
    start, end = behind_kind(text, start, end), _without_rest(text, start, end)
    end = with_restriction(text, end, last)
    start = behind_clause(parts_of(text, start, end), start)
    parts = [part for part in parts_of(text, start, end) if part.text]
    if len(parts) < 2 or goes_on(parts) or not all(len(part.text) > 1 for part in parts):
        return None
    return of_parts(text, parts)


def of_parts(text: str, parts: Sequence[Part]) -> Shape:
    """A list of these parts, with the marks around the first and the last: "*oars*, a sail, [nets](/nets)"."""
    first, last = (_dressed(text, part.start, part.end)[side] for part, side in ((parts[0], 0), (parts[-1], 1)))
    return Shape(Form.LIST, first, last, tuple(parts[:MAX_PARTS]))


def _dressed(text: str, start: int, end: int) -> tuple[int, int]:
    """The place with the marks of emphasis, of a link or of a quotation around it."""
    before, link = text[max(0, start - 3) : start], _LINK_END.match(text, end)
    opening, closing = _EMPHASIS_BEFORE.search(before), _EMPHASIS.match(text, end)
    if opening and closing and opening[0] == closing[0]:
        return _dressed(text, start - len(opening[0]), closing.end())
    if before.endswith("[") and link:
        return _dressed(text, start - 1, link.end())
    if before.endswith("“") and text.startswith("”", end):
        return _dressed(text, start - 1, end + 1)
    return start, end


def before_next_sentence(text: str, lines: Sequence[Line], start: int, end: int) -> int:
    """The end of a span without the sentences behind the one that enumerates: "a cap and a coat. Bring no pets"."""
    ends = sentence_ends_within(text, lines, start, end)
    return start + len(text[start : ends[0]].rstrip(".!?…")) if ends and delimiters(text, start, ends[0]) else end


def _whole_item_end(text: str, start: int, end: int, last: int) -> int:
    """The end of a span with the rest of an item that begins with an abbreviation: of "Dr." in "Ann, Dr. Bea"."""
    if end >= last or text[end - 1 : end] != "." or not delimiters(text, start, end):
        return end
    following = DELIMITER.search(text, end, last)
    return _item_end(text, end, following.start() if following else last)


def behind_kind(text: str, start: int, end: int) -> int:
    """Where the items begin behind the kind of thing that they are: after "small animals such as" or "However,"."""
    marks = delimiters(text, start, end)
    if len(marks) > 1 and opens_sentence(text, start, marks[0].end()):
        return marks[0].end()
    kind = _OF_KIND.search(text, start, marks[0].start()) if marks else None
    return kind.end() if kind else start


def _without_rest(text: str, start: int, end: int) -> int:
    """The end of an enumeration before a clause about something else: of "C, Java, and R, all free" after "R"."""
    marks = delimiters(text, start, end)
    for previous, mark, following in zip(marks, marks[1:], marks[2:], strict=False):
        if _COMMA.match(previous[0]) and _COMMA.match(mark[0]) and CLOSING.search(mark[0]):
            return following.start()
    return end


def _grown(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The span extended to the whole enumeration, for readers often leave items out on either side.

    `[first, last)` is the sentence. In "Bring a bag, a torch, and socks, which we sell." the span "a torch" grows to
    "a bag, a torch, and socks": to the left until a verb like "bring", to the right until the item after "and" ends.
    A span that ends with that already, as "a torch, a map and socks" does before ", and never nets", stays so.
    """
    marks = delimiters(text, first, last)
    if marks and _is_before(text, first, marks, start, end):
        first, marks = marks[0].end(), marks[1:]
    if not enumerates(text, first, last, marks):
        return start, end
    after = [mark for mark in marks if mark.start() >= end]
    within = [mark[0] for mark in delimiters(text, start, end)]
    is_closed = len(within) > 1 and bool(CLOSING.search(within[-1]))
    if within and after and all(map(CLOSING.fullmatch, within)) and CLOSING.search(after[0][0]):
        return start, end  # "the pass and a photo" of "bring the pass and a photo, and come": both are there
    if after and not is_closed and _REST_OF_ITEM.fullmatch(text, end, after[0].start()):
        end = _last_item(text, last, after)
    before = [mark for mark in marks if mark.end() <= start]
    if before and text[before[-1].end() : start].strip(_OPENERS).lower() in _BEFORE_NOUN:
        start = _first_item(text, first, before)
    return start, end


def _is_before(text: str, first: int, marks: Sequence["re.Match[str]"], start: int, end: int) -> bool:
    """Whether the words before the first mark open the sentence, so that they are no item.

    "For safety," may hold one, as "For members" before "guests and staff"; not if the span lists three that follow.
    """
    if opens_sentence(text, first, marks[0].end()):
        return True
    is_next = marks[0].end() <= start and not text[marks[0].end() : start].strip(_OPENERS)
    lists_rest = is_next and sum(mark.end() < end for mark in marks[1:]) > 1
    return lists_rest and opens_sentence(text, first, marks[0].end(), phrases=True)


def _last_item(text: str, last: int, after: Sequence["re.Match[str]"]) -> int:
    """The end of an enumeration; `after` are the delimiters after the span, `last` is the end of the sentence.

    It is the end of the item after the first closing delimiter ("and"), or after the last one; an item with more than
    MAX_ITEM_WORDS words no longer belongs to it. A second "and" goes on with the item if few words follow: "socks and
    shoes", but not "socks and come to the quay".
    """
    for mark, following in zip(after, [*after[1:], None], strict=True):
        stop = following.start() if following else last
        if CLOSING.search(mark[0]) or following is None:
            further = delimiters(text, mark.end(), stop)
            if further and len(_PAUSE.split(text[further[0].end() : stop])[0].split()) > _PAIR_WORDS:
                stop = further[0].start()
            return _item_end(text, mark.end(), stop)
        if len(text[mark.end() : stop].split()) > MAX_ITEM_WORDS:
            return mark.start()
    return last


def _first_item(text: str, first: int, before: Sequence["re.Match[str]"]) -> int:
    """The start of an enumeration; `before` are the delimiters before the span, `first` is the start of the sentence.

    It is after a lead (a colon, "such as", a verb or a preposition) in the text before an item, else the start of the
    sentence. An item of up to SHORT_ITEM_WORDS words may hold such a word itself, unless it is the first.
    """
    begin = before[-1].end()
    for mark, previous in zip(reversed(before), [*reversed(before[:-1]), None], strict=True):
        floor = previous.end() if previous else first
        words = len(text[floor : mark.start()].split())
        leads = list(_LEAD.finditer(text, floor, mark.start()))
        if leads and (previous is None or words > SHORT_ITEM_WORDS):
            return leads[-1].end()
        if words > MAX_ITEM_WORDS:
            return begin
        begin = floor
    return begin


def enumerates(text: str, first: int, last: int, marks: Sequence["re.Match[str]"]) -> bool:
    """Whether the delimiters make an enumeration: with a comma and an "and", or with commas between short items."""
    commas = [mark for mark in marks if _COMMA.match(mark[0]) or "|" in mark[0]]
    if commas and any(CLOSING.search(mark[0]) for mark in marks) and len(marks) > 1:
        return True
    ends = [first, *(mark.end() for mark in marks)]
    items = [text[a : mark.start()] for a, mark in zip(ends, marks, strict=False)] + [text[ends[-1] : last]]
    return len(commas) > 1 and all(len(item.split()) <= SHORT_ITEM_WORDS for item in items[1:])


def _within_brackets(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The part of the sentence in the same round brackets or quotation marks as the span, else the whole sentence.

    "crew" in "Members (skippers, crew and guests) pay nothing." → "skippers, crew and guests".
    """
    for quoted in QUOTATION.finditer(text, first, last):
        begin, stop = quoted.start() + 1, quoted.end() - 1
        if begin <= start and end <= stop and delimiters(text, begin, stop):
            return begin, stop
    depth = 0
    for at in range(start - 1, first - 1, -1):
        depth += (text[at] in ")]") - (text[at] in "([")
        if depth < 0 and text[at] == "(":
            close = text.find(")", end, last)
            return at + 1, max(close, end) if close >= 0 else max(last, end)
        depth = max(depth, 0) if text[at] == "[" else depth
    return first, max(last, end)


def fills(text: str, item: Item, start: int, end: int) -> bool:
    """Whether the span is at least half of the item's first sentence, or begins where the item does."""
    head = _LEAD_TERM.match(text, item.start, item.end)
    if head and start < head.end() and start - item.start < 4:
        return True
    words = len(text[start:end].split())
    stop = re.compile(r"[.;](?:\s|$)|\(|:\s").search(text, item.start, item.end)
    whole_end = stop.start() if stop else item.end
    if start >= whole_end:
        return False
    return words * 2 >= len(text[item.start : whole_end].split()) or start - item.start < 3


def _item_end(text: str, start: int, stop: int) -> int:
    """The end of the item that begins at `start`: before a clause about something else ("which …"), else `stop`."""
    boundary = _REST_OF_SENTENCE.search(text, start, stop)
    return boundary.start() if boundary and boundary.start() > start else stop


def parts_of(text: str, start: int, end: int) -> list[Part]:
    """The items of an enumeration: between marks such as "i)" and "ii)" if there are several, else between delimiters.

    "bread and butter, tea, and milk and sugar" → "bread and butter", "tea", "milk and sugar". "etc." is none of them.
    """
    parts, at = [], start
    marked = list(_INLINE_MARK.finditer(text, start, end))
    if len(marked) > 1:
        stops = [*(mark.start() for mark in marked[1:]), end]
        return [part_of(text, mark.end(), stop) for mark, stop in zip(marked, stops, strict=True)]
    for delimiter in _between_brackets(text, start, end, delimiters(text, start, end)):
        parts.append(part_of(text, at, delimiter.start()))
        at = delimiter.end()
    last = part_of(text, at, end)
    return parts if parts and _AND_SO_ON.fullmatch(last.text) else [*parts, last]


def _between_brackets(text: str, start: int, end: int, marks: list["re.Match[str]"]) -> list["re.Match[str]"]:
    """The delimiters, of items that all end with brackets only those behind them: "knots (7), Morse and flags (9)"."""
    behind = [mark for mark in marks if text.endswith(")", start, mark.start())]
    commas = [mark for mark in marks if _COMMA.match(mark[0])]
    all_end_so = commas and text.endswith(")", start, end) and all(mark in behind for mark in commas)
    return behind if all_end_so else marks


def _covers_several(inline: Shape, start: int, end: int) -> bool:
    """Whether the span itself touches at least two of the items."""
    return sum(part.start < end and start < part.end for part in inline.parts) > 1


def of_items(text: str, items: Sequence[Item], start: int, end: int) -> Shape:
    """A list of the whole items, or of their first terms alone if the span is within such a term.

    With items like "**Oars**: of ash" and the span "Oars" the parts are the terms: "Oars", …
    """
    items = items[:MAX_PARTS]
    heads = [_LEAD_TERM.match(text, item.start, item.end) for item in items]
    if all(heads):
        terms = [head for head in heads if head]
        if any(head.start() <= start and end <= head.end() for head in terms):
            parts = [part_of(text, head.start(), head.end(1 if head[1] else 2)) for head in terms]
            return of_parts(text, parts)
    parts = [part_of(text, item.start, item.end) for item in items]
    return of_parts(text, parts)


def part_of(text: str, start: int, end: int) -> Part:
    """A part without marks around it and without a leading or trailing "and": "and **oars**," → "oars"."""
    words = text[start:end]
    start += len(words) - len(words.lstrip(_EDGES))
    start -= text[start - 1 : start] == "." and words != words.lstrip(_EDGES)  # ".org"
    end -= len(words) - len(words.rstrip(_EDGES))
    end = max(start, end)
    if leading := CLOSING.match(text, start, end):
        start = leading.end()
    if trailing := re.compile(r"[,;]?(?<!\s)\s+_?(?:and|or)_?$", re.IGNORECASE).search(text, start, end):
        end = trailing.start()
    while dressed := _DRESSED.match(text, start, end):
        start, end = dressed.span(dressed.lastindex or 0)
        end -= len(text[start:end]) - len(text[start:end].rstrip(_EDGES))  # "**Design quality:**"
    return Part(start, end, text[start:end])
