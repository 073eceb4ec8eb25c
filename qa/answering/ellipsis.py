"""An elliptical question → the whole question: "And in winter?" → "When does it open in winter?".

It leaves out what the question before it says, so it can't be read by itself: it asks for nothing, and names no cell of
a table. What it does say takes the place of something in that question:

    the question before               the elliptical one    the whole one                     what takes whose place
    What does the P-7 weigh?          And of the P-9?       What does the P-9 weigh?          a code that of its kind
    The default of log.level?         And log.format?       The default of log.format?        a name as code has them
    When does it open in summer?      And in winter?        When does it open in winter?      a phrase, or a name,
    How much is the Harbour Pass?     And the Quay Card?    How much is the Quay Card?          the only one like it
    Is the pool open on Saturdays?    And on Sundays?       Is the pool open on Sundays?      for yes or no: the phrase
    Are dogs allowed?                 In the garden?        Are dogs allowed in the garden?     like it, or none
    When was the tower built?       And where?            Where was the tower built?          `bare_question_words.py`

Where that isn't certain the question stays as it is, and `follow_up.py` has the search find what it leans on. All but
codes and such names is only for English.
"""

import re
from collections.abc import Sequence

from index.language.base import FollowUps, Language
from index.language.english import ENGLISH
from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from qa.answering.bare_question_words import SEVERAL_SENTENCES, with_question_word
from qa.answering.follow_up import WORD, is_follow_up
from qa.answering.forms.question_kind import Kind, kind_of
from qa.answering.questions import Turn
from qa.reading.codes import with_code_of

Range = tuple[int, int]

_MAX_WORDS = 7
_MIN_NAME_CHARS = 3
_ARTICLES = frozenset(("the", "a", "an"))
_DETERMINERS = _ARTICLES | {"my", "our", "your"}
_POINTING = ENGLISH.stop_words | {"one", "ones", "next", "last", "previous"}  # "the other gate": than which?
_MAX_WORDS_OF_THING = 4
_NUMBER_OF_NAME = re.compile(r"\b[A-Z][\w'’-]*\s(?P<number>\d+)(?![\w%]|[.,:/-]\d)")
_NOT_OF_PHRASES = frozenset(("of", "to", "than", "by"))  # "how many of", "need to", "by bus": what they go with varies
# "log.level", "max_size"; what parts them is in no part, or a long word would be tried in all ways
_IN_CODE = re.compile(r"`?(?<![\w.])[A-Za-z][^\W_]{0,40}(?:[._][^\W_]{1,40}){1,6}+`?(?![\w.]\w)")
# "Eider 4.5", "St. Mary's"
_NAME = re.compile(r"(?<=\w )(?!I\b)[A-Z][\w'’-]*(?:(?: |(?<=\bSt)\. )(?:[A-Z]|\d)(?:[\w'’-]|[.,:](?=\d))*){0,4}")
_SIGNED_WORD = re.compile(rf"[£$€]?{WORD.pattern}[%°+#]{{0,2}}")
_AROUND = re.compile(r"[\"“”()\[\]]")  # what may be left without its other half

# Of questions for yes or no
_MAX_PHRASE_WORDS = 6
_OPENING = re.compile(
    r"^(?:(?:and|or|but|so|also|then)\b[\s,]*)*(?:(?:what|how)\s+(?:about|of)\s+)?(?:even\s+)?", re.IGNORECASE
)
_TAIL = re.compile(r"(?<=\w)[\s,]+(?:too|also|as well|then|please)$", re.IGNORECASE)
_OF_PLACE = ("on", "in", "at", "near", "inside", "outside", "into", "onto", "under")
_PREPOSITION = rf"(?:{'|'.join(_OF_PLACE)}|for|with|without|by|from|before|after|during|until|over|via|through)"
_BEGINS_SMALL = re.compile(rf"(?:{_PREPOSITION}|the|an?|my|our|your|any|all|inside|outside)\b", re.IGNORECASE)
_LEADING_PREPOSITION = re.compile(rf"{_PREPOSITION}\b(?=\s+\S)", re.IGNORECASE)
# "and who pays?", "and is it free?", "and if it rains?", "and then there they may swim?" ask something themselves
_ASKS_ITSELF = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|am|do|does|did|can|could|may|might|must|should|"
    r"shall|will|would|has|have|had|if|because|not|no|that|this|it|its|they|them|those|these|there|one|ones|other|others|"
    r"he|she|him|her|i|we|you|than)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(?:{DAY_NAME}s?|weekdays?|weekends?|holidays?|working days|days?|nights?|"
    r"mornings?|afternoons?|evenings?|noon|midnight|today|tomorrow|spring|summer|autumn|fall|winter|christmas|easter|"
    rf"{MONTH}|hours?|weeks?|months?|years?|"
    r"seasons?|\d{4}|\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\.?)(?!\w)",
    re.IGNORECASE,
)
_ADVERB = re.compile(  # which says where or when without a preposition
    r"\b(?:inside|outside|indoors|outdoors|upstairs|downstairs|online|offline|abroad|today|tomorrow|tonight|alone|twice)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    rf"\b(?P<preposition>{_PREPOSITION})\s+(?P<object>(?:(?!{_PREPOSITION}\b|and\b|or\b|if\b|when\b|to\b)[\w'’.:-]++\s*+){{1,4}}+)",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had|am)(?:n['’]t)?"
)
_WORD = rf"(?:(?!{_PREPOSITION}\b|to\b)[\w'’-]+)"
# "Are dogs allowed?", "Is the swimming pool open on Sundays?": what is asked about stands before what it is or does
_SUBJECT = re.compile(
    rf"^(?:(?:and|so|but)\s+)?{_AUXILIARY}\s+(?P<thing>(?:(?:the|an?|my|our|any|all|your)\s+)?(?!(?:i|we|you|one|it|they|he|she|"
    rf"there|this|that|these|those|somebody|someone|anybody|anyone|people)\b){_WORD}(?:\s{_WORD}){{0,3}}?)\s+(?:also\s+|still\s+|"
    r"always\s+|really\s+)?(?:(?:be|get|have to be)\s+)?"
    r"(?:\w{2,}ed|open|closed|shut|free|allowed|available|possible|included|safe|ok|okay|welcome|mandatory|compulsory|"
    r"optional|necessary|needed|required|permitted|forbidden|legal|full|cheaper|part|need|have|has|cost|costs|pay|get|use|"
    r"enter|come|join|stay|swim|park|vote|apply|work|count|(?:in|on|at|for)\s+\w+)\b",
    re.IGNORECASE,
)
# "Can I bring a dog?": what somebody does something with
_OBJECT = re.compile(
    rf"^(?:(?:and|so|but)\s+)?{_AUXILIARY}\s+(?:i|we|you|one|guests?|members?|visitors?|people|tenants?|staff|employees)\s+"
    rf"(?:(?:also|still|always|be allowed to|need to|have to)\s+)?[a-z]{{2,15}}\s+"
    rf"(?P<thing>(?:(?:the|an?|my|our|any|your)\s+)?{_WORD}(?:\s{_WORD})?)(?=\s*\?*$|\s+(?:{_PREPOSITION}|to)\b)",
    re.IGNORECASE,
)


def completed(question: str, history: Sequence[Turn], language: Language = ENGLISH) -> str | None:
    """The whole question that an elliptical one stands for; None if it isn't elliptical, or may mean several.

    The question before it may be elliptical, too: after "Are dogs allowed?" and "And cats?" the question "In the
    garden?" is "Are cats allowed in the garden?".
    """
    if not history:
        return None
    earlier = history[-1].question.strip()
    earlier = completed(earlier, history[:-1], language) or earlier
    rules = language.follow_ups
    named = _named(question, rules)
    if named and (with_code := with_code_of(question, earlier)):
        return with_code
    if named and (with_name := _with_name_in_code(question, len(named), earlier)):
        return with_name
    if language is not ENGLISH:
        return None
    if with_word := with_question_word(question, earlier):
        return with_word
    if named and (with_thing := _with_thing(named, earlier, rules)):
        return with_thing
    if kind_of(earlier) is Kind.YES_NO:
        return _in_yes_no(question, earlier)
    return (_with_phrase(named, earlier, rules) or _with_name(named, earlier, rules)) if named else None


def _named(question: str, rules: FollowUps) -> list[re.Match[str]]:
    """The words behind "and", "what about" or both; none if there is no such opening, or they ask for anything."""
    words = list(_SIGNED_WORD.finditer(question))
    rest = words[1:] if words and words[0][0].lower() in rules.openers else words
    lower = [word[0].lower() for word in rest]
    rest = rest[next((len(phrase) for phrase in rules.opening_phrases if lower[: len(phrase)] == [*phrase]), 0) :]
    asks_itself = any(word[0].lower() in rules.auxiliaries | rules.question_words | {"than"} for word in rest)
    return [] if len(rest) == len(words) or len(words) > _MAX_WORDS or asks_itself else rest


def _text_of(words: Sequence[re.Match[str]]) -> str:
    """The text from the first word to the last, with the marks between them: "for 2.5 kg", "in St. John's"."""
    return " ".join(_AROUND.sub("", words[0].string[words[0].start() : words[-1].end()]).split())


def _with_phrase(words: Sequence[re.Match[str]], earlier: str, rules: FollowUps) -> str | None:
    """The earlier question with another phrase: "in winter" instead of "in summer"; else None.

    It must have only one phrase with that preposition, which ends before the next preposition.
    """
    preposition = words[0][0].lower()
    if preposition not in rules.prepositions - _NOT_OF_PHRASES:
        return None
    found = list(_SIGNED_WORD.finditer(earlier))
    places = [i for i, word in enumerate(found) if word[0].lower() == preposition]
    if len(places) != 1 or places[0] + 1 >= len(found):
        return None
    ends = (i for i in range(places[0] + 1, len(found)) if found[i][0].lower() in rules.prepositions)
    last = found[next(ends, len(found)) - 1]
    phrase = preposition + _text_of(words)[len(preposition) :]
    return f"{earlier[: found[places[0]].start()]}{phrase}{earlier[last.end() :]}"


def _with_thing(words: Sequence[re.Match[str]], earlier: str, rules: FollowUps) -> str | None:
    """The earlier question with another thing of a kind that it names, if it is a single sentence; else None."""
    if SEVERAL_SENTENCES.search(earlier):
        return None
    return _with_same_noun(words, earlier) or _with_one(words, earlier, rules) or _with_number(words, earlier)


def _with_one(words: Sequence[re.Match[str]], earlier: str, rules: FollowUps) -> str | None:
    """The earlier question with "the large hall" in place of "the small hall", for "the large one"; else None.

    No other noun is to have "the", "a" or "my": after "May the dog use the room?" it may be either.
    """
    ahead = [word[0].lower() for word in words[:-1]]
    is_one = words[-1][0].lower() in ("one", "ones") and len(ahead) > 1 and ahead[0] == "the"
    if not is_one or not _POINTING.isdisjoint(ahead[1:]):
        return None
    found = list(WORD.finditer(earlier))
    asks = next((word.start() for word in found if word[0].lower() in rules.auxiliaries), 0)
    subject = _SUBJECT.match(earlier[asks:])
    determined = [word.start() for word in found if word[0].lower() in _DETERMINERS]
    if not subject or determined != [asks + subject.start("thing")]:
        return None
    thing = f"{_text_of(words[:-1])} {subject['thing'].split()[-1]}"
    whole = f"{earlier[: asks + subject.start('thing')]}{thing}{earlier[asks + subject.end('thing') :]}"
    return whole if whole.lower() != earlier.lower() else None


def _with_same_noun(words: Sequence[re.Match[str]], earlier: str) -> str | None:
    """The earlier question with another thing of a kind: "the large hall" instead of "the small hall"; else None.

    Its last word, "hall", is to stand there once, a few words behind "the", "a" or "my".
    """
    has_determiner = words[0][0].lower() in _DETERMINERS
    new = [word[0].lower() for word in words[has_determiner:]]
    found = list(_SIGNED_WORD.finditer(earlier))
    lower = [word[0].lower() for word in found]
    is_plain = len(new) > 1 and _POINTING.isdisjoint(_text_of(words[has_determiner:]).lower().split())
    if not is_plain or lower.count(new[-1]) != 1:
        return None
    last = lower.index(new[-1])
    ahead = range(last - 1, max(last - _MAX_WORDS_OF_THING, 0) - 1, -1)
    first = next((at for at in ahead if lower[at] in ENGLISH.stop_words), 0)
    if lower[first] not in _DETERMINERS or lower[first + 1 : last + 1] == new:
        return None
    thing = _text_of(words) if has_determiner else f"{found[first][0]} {_text_of(words)}"
    return f"{earlier[: found[first].start()]}{thing}{earlier[found[last].end() :]}"


def _with_number(words: Sequence[re.Match[str]], earlier: str) -> str | None:
    """The earlier question with another number of a name: "the 300" after "the AquaPro 500"; None without one name.

    Without "the" it is to have no other number: "and 10?" after "Does Bus 4 leave at 9?" may be either.
    """
    has_article = words[0][0].lower() == "the"
    new = _text_of(words[has_article:])
    numbers = list(_NUMBER_OF_NAME.finditer(earlier))
    if len(numbers) != 1 or not new.isdecimal() or new == numbers[0]["number"]:
        return None
    if not has_article and len(re.findall(r"\d+", earlier)) > 1:
        return None
    return f"{earlier[: numbers[0].start('number')]}{new}{earlier[numbers[0].end() :]}"


def _with_name_in_code(question: str, count: int, earlier: str) -> str | None:
    """The earlier question with another name as code has them, "log.level" instead of "log.format"; else None.

    The last `count` words of the question are to be that name and nothing else.
    """
    names, new = list(_IN_CODE.finditer(earlier)), list(_IN_CODE.finditer(question))
    if len(names) != 1 or len(new) != 1 or len(WORD.findall(new[0][0])) != count:
        return None
    return f"{earlier[: names[0].start()]}{new[0][0]}{earlier[names[0].end() :]}"


def _with_name(words: Sequence[re.Match[str]], earlier: str, rules: FollowUps) -> str | None:
    """The earlier question with another name: "the Teal" instead of "the Eider 40"; None without exactly one."""
    names = list(_NAME.finditer(earlier))
    new = words[1:] if words[0][0].lower() in _ARTICLES else words
    is_name = bool(new) and new[0][0][0].isupper() and max(len(word[0]) for word in new) >= _MIN_NAME_CHARS
    is_more = any(word[0].lower() in rules.prepositions | rules.openers for word in new)
    if len(names) != 1 or not is_name or is_more:
        return None
    return f"{earlier[: names[0].start()]}{_text_of(new)}{earlier[names[0].end() :]}"


def _in_yes_no(question: str, earlier: str) -> str | None:
    """The earlier question, which asks for yes or no, with a phrase like its own, or with one more; else None."""
    words = question.strip().rstrip(" \t\n?!.,")
    opening = _OPENING.match(words)
    phrase = _TAIL.sub("", words[opening.end() :] if opening else words)
    asks_itself = not phrase or len(phrase.split()) > _MAX_PHRASE_WORDS or _ASKS_ITSELF.search(phrase)
    goes_on = (opening and opening.end()) or _LEADING_PREPOSITION.match(phrase) or _ADVERB.fullmatch(phrase)
    if asks_itself or not goes_on or SEVERAL_SENTENCES.search(earlier) or not is_follow_up(question):
        return None
    asked = earlier.rstrip(" ?!.")
    place = _place(asked, phrase)
    if place is None:
        return None
    ahead, behind = asked[: place[0]].rstrip(), asked[place[1] :].strip()
    within = phrase[0].lower() + phrase[1:] if _BEGINS_SMALL.match(phrase) else phrase  # "On Sundays", but "Sundays"
    return " ".join(filter(None, (ahead, within, behind))) + "?"


def _place(asked: str, phrase: str) -> Range | None:
    """The slice of the earlier question that a phrase takes the place of, empty at its end for one more; else None."""
    end = len(asked), len(asked)
    on_time = bool(_TIME.search(phrase))
    phrases = list(_PHRASE.finditer(asked))
    leading, is_adverb = _LEADING_PREPOSITION.match(phrase), _ADVERB.fullmatch(phrase)
    if leading or is_adverb:
        preposition = leading[0].lower() if leading else "in"
        alike = [_stripped(asked, found.span()) for found in phrases if _is_alike(found, preposition, on_time=on_time)]
        return [end, *alike, *(found.span() for found in _ADVERB.finditer(asked) if is_adverb)][-1]
    if on_time:
        timed = [_stripped(asked, found.span("object")) for found in phrases if _TIME.search(found["object"])]
        return [end, *timed][-1]
    thing = _OBJECT.match(asked) or _SUBJECT.match(asked)
    return thing.span("thing") if thing else None


def _is_alike(phrase: re.Match[str], preposition: str, *, on_time: bool) -> bool:
    """Whether a phrase says what one with this preposition does: both when, both where, or both in the same way."""
    there = phrase["preposition"].lower()
    if bool(_TIME.search(phrase["object"])) != on_time:
        return False
    return on_time or there == preposition or (there in _OF_PLACE and preposition in _OF_PLACE)


def _stripped(text: str, place: Range) -> Range:
    """The slice without white space behind it."""
    return place[0], place[0] + len(text[slice(*place)].rstrip())
