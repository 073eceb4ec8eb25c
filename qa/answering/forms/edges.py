"""A span's edges: no word is cut in two, and what the span opens is closed where the closing mark follows.

The reader's tokens end within words ("k8s" of "k8s.dev") and before marks ("[the handbook" of "[the handbook](/hb)").
"""

import re

# Of at most three joints: "Who-spoke-with-whom-on-May-4" is a file's name, of which a part may be asked for
_JOINED = re.compile(r"[^\W\d_][\w'’]*(?:(?:[.@_-][^\W\d_]|-\d)[\w'’]*){1,3}")
_JOINTS = ".@_-'’"
_LONGEST = 60  # characters of a word on either side of an edge
_CLOSES = re.compile(r"\](?:\([^()\s]*\)|\[[^\]\n]*\])?|\)|”|\"(?!\w)|\*\*|``(?!`)|`|\*(?!\*)|_(?!\w)")
# "by 30 May.\n5" of "4. Order signs, by 30 May.\n5. Print permits": the mark of the next item
_NEXT_MARK = re.compile(r"(?<=[\w%)”\"])[.,;]?[ \t]*\n\s*(?:[-*+•]|\(?\d{1,3}[.)]?)[ \t]*$")
_NUMBERED = re.compile(r"\n\s*(?:[-*+•]|\(?\d{1,3}[.)])[ \t]+(?=\S)")
_LONGEST_MARK = 20  # characters, with the line break before it
# "10" of "a fuse of 10 A", "170" of "€170"
_UNIT = re.compile(
    r"[ \u00a0]?(?:[%‰€£$]|°[CF]?|(?:[kKMGm]?(?:W|Wh|V|A|VA|Hz|B|bit|bar|N|Nm|J|Pa|K)|mAh|Ah|dB(?:A|\(A\))?|[kmµ]?g|"
    r"[kcmµ]?m[²³23]?|[mcd]?l|ha|h|min|s|ms|rpm|km/h|mph|m/s|kn|t|lbs?|oz|ft|psi|lm|lx|ppm|cc|"
    r"[ap]m|[ap]\.m\.)|(?:kilo)?(?:watts?|volts?|amps?|tonnes?|tons?|litres?|liters?|metres?|meters?|grams?|pounds|"
    r"knots|miles|inch(?:es)?|feet|degrees))(?![\w'’]|[ -]shirts?\b)"
)
# "78" behind "exits with code", "5.4" behind "from version": the word, without an article,
# says nothing without its number
_NUMBERED_NOUN = re.compile(
    r"(?<!\bthe )(?<!\ba )\b(?:code|status|version|port|error|section|clause|paragraph|page|chapter|room|gate|platform|"
    r"bay|berth|line|bus|article|appendix|form|step|level|grade|number|no\.)$",
    re.IGNORECASE,
)
_ITS_NUMBER = re.compile(r"[ \u00a0](?:#?\d[\w.:/-]{0,20}(?<=\w)|(?!I\b)[A-Z](?:\d[\w.-]{0,10}(?<=\w))?)(?![\w'’])")
_LONGEST_NOUN = 16  # characters, with what is before it
_CURRENCIES = "€£$"
_LETTERS = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){1,3}[^\W\d_]$")  # "a.m" of "11 a.m."
_LONGEST_LETTERS = 8
_OPENS = {"]": "[", ")": "(", "”": "“", '"': '"', "**": "**", "``": "``", "`": "`", "*": "*", "_": "_"}
_EMPHASIS = "*_"
_NO_WORDS = " \n\t,;:"
_OPENING_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])|(?<![\w_])_(?=[^\s_])")
# The keys of what is dialled, "*31#" and "0815*"; at a line's beginning "*5 % discount" is a note, to which "8*" points
_DIALLED = r"\d[\d*]{0,20}#(?!\*)"
_KEY_BEFORE = re.compile(rf"(?<![\w*#\\\n])(?<!\]\()[*#](?=\d)|(?<![\w*#\\])\*(?={_DIALLED})")
_KEY_BEHIND = re.compile(r"(?<=\d)(?:#(?![\w#])|\*(?![\w*#]))")
_NOTE = re.compile(r"\n[ \t]*\*(?!\*)")
_EMPHASISED = re.compile(rf"(?<![\w*])\*(?![\s*]|{_DIALLED})[^*\n]{{1,200}}(?<=\S)\*(?![\w*])")
_NEAR = 2_000  # characters before and behind a span


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the rest of a word at either edge, and with marks at its edges that pair with one within.

    "assisted Survey" of "an assisted Survey-In." is "assisted Survey-In", "118" of "part TK-118" is "TK-118"; a range
    like "9-17" may be parted. The mark of the item below is no part of it, the unit of a number is, and so is the last
    full stop of "11 a.m.".
    """
    first, _ = _word_around(text, start)
    _, last = _word_around(text, end)
    start, end = _with_keys(text, min(first, start), _before_mark(text, start, max(last, end)))
    if start and text[start - 1] in _CURRENCIES and text[start:end][:1].isdigit():
        start -= 1
    if text[start:end][-1:].isdigit() and (unit := _UNIT.match(text, end)):
        end = unit.end()
    if _NUMBERED_NOUN.search(text, max(start, end - _LONGEST_NOUN), end) and (number := _ITS_NUMBER.match(text, end)):
        end = number.end()
    if text[end : end + 1] == "." and _LETTERS.search(text, max(start, end - _LONGEST_LETTERS), end):
        end += 1
    start = _from_opening(text, start, end)
    while closing := _CLOSES.match(text, end):
        mark = "]" if closing[0].startswith("]") else closing[0]
        if not _is_open(text[start:end], _OPENS[mark], mark):
            break
        end = closing.end()
    return start, _before_closing(text, start, end)


def _from_opening(text: str, start: int, end: int) -> int:
    """The start of a span with the mark right before it that it closes within: of "zsh`, `sh`" in "`zsh`, `sh`".

    A mark right behind a letter opens nothing, as in "f(x)".
    """
    for closing, opening in _OPENS.items():
        at, stop = start - len(opening), text.find(closing, start, end)
        if at < 0 or not text.startswith(opening, at) or not start < stop < end - len(closing):
            continue
        before = text[at - 1 : at]
        opens = not before.isalnum() and before != opening[0] and text[start] not in _NO_WORDS
        if opens and (opening == closing or opening not in text[start:stop]):
            return _from_opening(text, at, end)
    return start


def _with_keys(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the "*" or "#" that belongs to a code's digits: "4471#", "*31#"; not the marks of "*31*"."""
    before, behind = _KEY_BEFORE.match(text, start - 1) if start else None, _KEY_BEHIND.match(text, end)
    if not before and not behind:
        return start, end
    emphasised = [found.span() for found in _EMPHASISED.finditer(text, max(0, start - _NEAR), end + _NEAR)]
    is_of_note = behind and behind[0] == "*" and _NOTE.search(text, end, end + _NEAR)
    if behind and not is_of_note and behind.end() not in {last for _, last in emphasised}:
        end = behind.end()
    if before and before.start() not in {first for first, _ in emphasised}:
        start = before.start()
    return start, end


def _before_closing(text: str, start: int, end: int) -> int:
    """The end of a span before a mark that closes what is opened right before the span: "main`" of "use `main`"."""
    for closing, opening in _OPENS.items():
        stop = end - len(closing)
        is_dressed = text.startswith(closing, stop) and text.endswith(opening, 0, start) and stop > start
        if is_dressed and closing not in text[start:stop] and opening not in text[start:stop]:
            return stop
    return end


def _before_mark(text: str, start: int, end: int) -> int:
    """The end of a span without the number or bullet of the item below, which readers take for a sentence's end."""
    mark = _NEXT_MARK.search(text, max(start, end - _LONGEST_MARK), end)
    is_below = mark and mark.start() > start and _NUMBERED.match(text, text.index("\n", mark.start()))
    return mark.start() if mark and is_below else end


def _word_around(text: str, edge: int) -> tuple[int, int]:
    """Where the word of several parts begins and ends that `edge` is within; twice `edge` if it is in none."""
    first = last = edge
    while first > max(edge - _LONGEST, 0) and _is_of_word(text[first - 1]):
        first -= 1
    while last < min(edge + _LONGEST, len(text)) and _is_of_word(text[last]):
        last += 1
    word = text[first:last]
    first += len(word) - len(word.lstrip(_JOINTS))
    last -= len(word) - len(word.rstrip(_JOINTS))
    return (first, last) if first < edge < last and _JOINED.fullmatch(text, first, last) else (edge, edge)


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character in _JOINTS


def _is_open(span: str, opening: str, closing: str) -> bool:
    if opening in _EMPHASIS:
        marks = [mark for mark in _OPENING_EMPHASIS.finditer(span) if mark[0] == opening]
        return bool(marks) and opening not in span[marks[-1].end() :]
    if opening == closing:
        return span.count(opening) % 2 == 1
    return span.count(opening) > span.count(closing)
