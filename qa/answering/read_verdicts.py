"""Yes or no as the reader reads it in a clause, together with what the rules over the words say.

It reads the clause below its title and heading:

    Rules of the baths. Animals. Guide dogs excepted, no animals are let in.

An item is read with the label above its list: "Not included: the final clean (£60)".

Where the rules have something to say to numbers, days and exceptions, they say it alone: "up to 20" says no to 25,
"closed on Mondays" yes to Tuesday, and which of two rows in a table has more is counted. In a long clause, or one of
several halves, they may have taken the wrong part, so that the reader must lean the same way. What a table's cell
states isn't read again.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from index.context import context_of, read_prefix
from index.documents import Document
from index.lines import lines_near
from qa.answering.forms.another_thing import is_bare_ban, is_on_another_thing
from qa.answering.forms.asked_part import asked_part
from qa.answering.forms.bans_beside import bans_beside
from qa.answering.forms.exceptions import names_exception, relation_to_exception, rule_of_brief_exception
from qa.answering.forms.form import Form, Shape, Verdict
from qa.answering.forms.labels_above import is_bare_label, lead_above, may_be
from qa.answering.forms.limits import Relation, relation_to_limit, with_plain_limits
from qa.answering.forms.needs_beside import need_beside
from qa.answering.forms.other_groups import is_exclusive
from qa.answering.forms.polarity import demands, denies, refuses
from qa.answering.forms.question_kind import Kind, kind_of, last_sentence
from qa.answering.forms.sanctions import asks_for_sanctioned
from qa.answering.forms.unmet import is_on_unmet_condition
from qa.answering.forms.verdicts import beyond_of_yes, days_of_plain
from qa.answering.forms.withheld import is_restricted_permission, is_withheld
from qa.reading.comparisons import comparison_asked
from qa.reading.contrasts import is_on_contrary
from qa.reading.reader import Reader

SURE = 0.6
"""The least probability of a yes, or of a no, that is given."""

RULES_ODDS = 2.2
"""By how much what the rules say multiplies the odds of it; fitted, as SURE is, on questions kept out of training."""

SURE_OF_ANOTHER = 0.25
"""The most probability of a yes for a no from a bare ban on what has another name: "Budgies are banned." for a bird.

It tells that from a ban on another thing: "Cockerels are banned." says nothing of hens.
"""

SURE_OF_PERMISSION = 0.7
"""The least probability of a yes where permission is asked for that the clause restricts, and the rules can't tell."""

_SIMPLE_WORDS = 12  # of a clause on which the rules decide alone, at most
_LIMIT_WORDS = 20  # of one with a limit that what is asked is beyond, at most: the reader can't compare numbers
_PARTED = re.compile(r"[;:]")


class VerdictReader:
    """Gives shapes that answer yes or no the verdict that the reader reads; for one question as it is read."""

    def __init__(self, reader: Reader, question: str) -> None:
        self._question = question
        self._asks = kind_of(question) is Kind.YES_NO
        self._count_tokens = cache(lambda words: reader.count_tokens([words]))
        self._decide = cache(partial(reader.decide, question))

    def __call__(self, document: Document, shape: Shape) -> Shape:
        """The shape with its verdict; as it is if it answers something else, or the reader can't tell."""
        if not self._asks or shape.is_stated or shape.form not in (Form.YES_NO, Form.SENTENCE, Form.SPAN):
            return shape
        text, place = document.text, (shape.start, shape.end)
        lines = lines_near(text, *place)
        lead = lead_above(text, lines, *place)
        said = lead + text[slice(*place)]
        if not lead and is_bare_label(self._question, text, lines, *place):
            return _without_verdict(shape)
        clause = asked_part(self._question, said)
        relation = relation_to_limit(self._question, clause)
        if self._is_left_to_rules(clause, shape.verdict) or _is_amount_left_to_rules(clause, shape.verdict, relation):
            return shape if self._has_no_objection(document, shape, clause) else _without_verdict(shape)
        verdict = self._read(document, shape, clause)
        if verdict == "yes" and relation == "beyond" and shape.verdict is None:
            verdict = beyond_of_yes(self._question, clause)
        if (
            verdict is None
            or is_withheld(self._question, said, verdict, shape.verdict)
            or not may_be(self._question, lead, verdict)
        ):
            return _without_verdict(shape)
        if verdict == "yes" and not lead and (ban := self._ban_beside(document, shape, clause)):
            return ban
        if verdict == "yes" and self._is_on_unmet_condition(document, shape):
            return _without_verdict(replace(shape, form=Form.SENTENCE))
        if verdict == "no" and (beside := self._need_beside(document, shape)):
            return beside
        return replace(shape, form=Form.YES_NO, verdict=verdict)

    def _ban_beside(self, document: Document, shape: Shape, clause: str) -> Shape | None:
        """The ban beside a permission, if the reader is surer of the no that it reads there than of the yes."""
        lines = lines_near(document.text, shape.start, shape.end)
        for start, end in bans_beside(self._question, document.text, lines, shape.start, shape.end):
            ban = replace(shape, form=Form.YES_NO, start=start, end=end, verdict="no", parts=())
            forbidden = self._probability(document, ban, document.text[start:end])
            allowed = self._probability(document, shape, clause)
            if forbidden is not None and allowed is not None and 1 - forbidden > max(SURE, allowed):
                return ban
        return None

    def _is_on_unmet_condition(self, document: Document, shape: Shape) -> bool:
        lines = lines_near(document.text, shape.start, shape.end)
        return is_on_unmet_condition(self._question, document.text, lines, shape.start, shape.end)

    def _need_beside(self, document: Document, shape: Shape) -> Shape | None:
        """The sentence on those who need what is asked for, beside one on those who don't, if that is what is asked.

        The sentence without a verdict if either may be.
        """
        lines = lines_near(document.text, shape.start, shape.end)
        beside = need_beside(self._question, document.text, lines, shape.start, shape.end)
        if beside is None:
            return None
        if not beside.is_asked:
            return _without_verdict(replace(shape, form=Form.SENTENCE))
        there = replace(shape, form=Form.SENTENCE, start=beside.start, end=beside.end, verdict=None, parts=())
        yes = self._probability(document, there, document.text[beside.start : beside.end])
        return replace(there, form=Form.YES_NO, verdict="yes") if yes is not None and yes >= SURE else there

    def _read(self, document: Document, shape: Shape, clause: str) -> Verdict | None:
        """What the reader and the rules say together.

        A no by the rules counts for nothing where the clause has no word of what is asked: most clauses deny something.
        """
        if shape.verdict is None and (rule := rule_of_brief_exception(self._question, clause)):
            yes = self._probability(document, shape, rule)
            return verdict_of(None if yes is None else 1 - yes, None)
        yes = self._probability(document, shape, clause)
        verdict = verdict_of(yes, shape.verdict)
        if yes is None or verdict is None:
            return verdict
        if verdict == "yes" and shape.verdict is None and is_restricted_permission(self._question, clause):
            return verdict if yes >= SURE_OF_PERMISSION else None
        if verdict == shape.verdict == "no" and is_on_another_thing(self._question, clause):
            return verdict if yes < (SURE_OF_ANOTHER if is_bare_ban(clause) else 0.5) else None
        return verdict

    def _has_no_objection(self, document: Document, shape: Shape, clause: str) -> bool:
        """Whether the reader leans as the rules do, as it must where a clause is long or has several halves."""
        if shape.verdict == "yes" and self._is_on_unmet_condition(document, shape):
            return False
        is_beyond = relation_to_limit(self._question, clause) == "beyond" and not denies(with_plain_limits(clause))
        most = _LIMIT_WORDS if is_beyond and shape.verdict == "no" else _SIMPLE_WORDS
        is_simple = len(clause.split()) <= most and not _PARTED.search(clause)
        is_within = relation_to_exception(self._question, clause) == "within"
        if (
            asks_for_sanctioned(self._question, clause)
            or shape.verdict is None
            or is_simple
            or is_within
            or comparison_asked(self._question)
        ):
            return True
        yes = self._probability(document, shape, clause)
        return yes is None or (yes > 1 - yes) == (shape.verdict == "yes")

    def _probability(self, document: Document, shape: Shape, clause: str) -> float | None:
        heading = heading_of(document, shape.start, self._count_tokens)
        label, _, _ = clause.partition(":")
        return self._decide(f"{heading.removesuffix(f'{label}. ')}{clause}")

    def _is_left_to_rules(self, clause: str, verdict: Verdict | None) -> bool:
        """Whether two things are compared; or what is excepted, needed or so on other days, where the rules can tell.

        So are the small dogs by "Only large dogs must be on a lead."

        Of other days than those on which something is so, nothing is said where they can't.
        """
        asked = last_sentence(self._question)
        if comparison_asked(self._question) or asks_for_sanctioned(self._question, clause):
            return True
        if verdict and (names_exception(asked, clause) or demands(asked, clause)):
            return True
        if verdict == "no" and is_exclusive(clause) and is_on_contrary(self._question, clause):
            return True
        days = days_of_plain(self._question, clause)
        return bool(days and (verdict or days != "inside"))


def _is_amount_left_to_rules(clause: str, verdict: Verdict | None, relation: Relation | None) -> bool:
    """Whether an amount is asked about that the clause sets a limit to, and the rules can tell; but for one case.

    The reader has a second word where the rules say no since the clause denies what is within its limit: "if more than
    30 mm are announced, we don't go".
    """
    if relation is None or verdict is None:
        return False
    return verdict != "no" or not (denies(with_plain_limits(clause)) or refuses(clause))


def _without_verdict(shape: Shape) -> Shape:
    return replace(shape, form=Form.SENTENCE, verdict=None) if shape.verdict else shape


def below_heading(document: Document, start: int, end: int, count_tokens: Callable[[str], int]) -> str:
    """The slice of a document's text below its title and nearest heading."""
    return heading_of(document, start, count_tokens) + document.text[start:end]


def heading_of(document: Document, start: int, count_tokens: Callable[[str], int]) -> str:
    """What is read in front of a slice that begins at `start`: its document's title and nearest heading."""
    return read_prefix(context_of(document, start), count_tokens)


def verdict_of(yes: float | None, by_rules: Verdict | None) -> Verdict | None:
    """Yes or no by the probability of a yes and what the rules say; None if neither is likely enough.

    The rules' word alone where the reader can't tell. For example 0.4 and a yes by the rules: the odds of 0.4 to 0.6
    become 0.88 to 0.6, a probability of 0.59, and so a yes.
    """
    if yes is None:
        return by_rules
    said_yes = yes * (RULES_ODDS if by_rules == "yes" else 1)
    said_no = (1 - yes) * (RULES_ODDS if by_rules == "no" else 1)
    if max(said_yes, said_no) < SURE * (said_yes + said_no):
        return None
    return "yes" if said_yes > said_no else "no"
