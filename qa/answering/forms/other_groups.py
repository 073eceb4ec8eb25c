"""Whether a clause is on another kind of people or things than the question: premium members aren't basic ones.

What holds for the one kind tells nothing of the other, unless the clause says that it holds for no others.
"""

import re
from collections.abc import Iterator, Sequence

from qa.answering.forms.polarity import denies
from qa.answering.forms.verdict_words import words_of
from qa.reading.contrasts import are_contrary
from qa.reading.stems import stem_of, stems_of

_Kind = tuple[str, str]  # the stems of a word and of the noun behind it: ("basic", "membe")


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem_of, words.split()))


# Whoever is of one kind isn't of the next in the same row; those between commas are one
_ROLES = tuple(
    tuple(stems_of(kind) for kind in row.split(", "))
    for row in (
        "members member, guests guest visitors visitor",
        "residents resident locals, visitors visitor guests guest outsiders",
        "staff employees employee workers, contractors freelancers, volunteers volunteer, interns apprentices, "
        "customers customer clients visitors visitor, students pupils",
        "children child kids minors toddlers, adults adult grown-ups, seniors pensioners",
        "tenants tenant renters lessees, landlords landlord owners owner",
        "students student pupils, teachers teacher lecturers professors parents",
        "drivers driver, passengers passenger",
        "buyers buyer, sellers seller",
    )
)
# Nouns that have kinds of all sorts: any two words before them tell two kinds apart
_HEADS = _stems(
    "member membership subscriber user account plan tier subscription licence license customer client employee staff "
    "worker student pupil guest visitor tenant resident passenger ticket card pass permit contract holder owner driver "
    "applicant"
)
_DETERMINERS = frozenset(
    "a an the my our your their his her its all any every each both some these those this that no other others".split()  # noqa: SIM905
)
# Behind these, and behind determiners, a word and a noun are one thing, and not what somebody does with it
_BEFORE_KIND = frozenset(
    """is are was were do does did can could may might must should shall will would has have had for by of as with from
    and or if when than also""".split()  # noqa: SIM905
)
_NO_KIND = frozenset(
    """i we you they he she it who that which in on at to not only also still more most less than there here be been
    many few several two three four five six seven eight nine ten""".split()  # noqa: SIM905
)
_PERSONS = _HEADS.union(*(kind for row in _ROLES for kind in row), _stems("swimmer smoker citizen local"))
# "non-members", and "I'm not a member"
_OUTSIDERS = re.compile(
    r"\bnon[- –]?(?P<non>[a-z]{4,20})|"
    r"(?:\bnot|n['’]t) (?:be )?(?:an? (?P<isnt>[a-z]{4,20}(?<!ing))|(?P<arent>[a-z]{4,20}s|staff))(?!['’\w])",
    re.IGNORECASE,
)
_EXCLUSIVE = re.compile(
    r"(?<!\bnot )\b(?:only|solely|exclusively|restricted to|reserved for|limited to|nobody but|no one but)\b",
    re.IGNORECASE,
)
_SHARED = 0.5  # of what is asked besides, for an "only" to decide it


def is_on_others(question: str, clause: str) -> bool:
    """Whether a clause speaks of another kind than the question alone: of premium members, not of basic ones."""
    asked, said = words_of(question), words_of(clause)
    return bool(_kinds_apart(asked, said)) or _roles_apart(asked, said) or bool(_outsiders_apart(question, clause))


def is_on_asked(question: str, clause: str) -> bool:
    """Whether a clause names the kind of people or things that the question is on."""
    asked, said = words_of(question), words_of(clause)
    kinds = {kind for kind in _kinds(asked, anywhere=False) if kind[0]} & {*_kinds(said, anywhere=True)}
    one, other = stems_of(question), stems_of(clause)
    return bool(kinds) or any(kind & one and kind & other for row in _ROLES for kind in row)


def is_on_outsiders(question: str, clause: str) -> bool:
    """Whether the one is on members, say, and the other on non-members, and the clause leaves nobody out."""
    return bool(_outsiders_apart(question, clause)) and not is_exclusive(clause)


def stems_of_insiders(text: str) -> frozenset[str]:
    """The stems of a text without those of whom it says that they aren't meant, as members in "non-members"."""
    return stems_of(_OUTSIDERS.sub(" ", text))


def is_exclusive(clause: str) -> bool:
    """Whether a clause says that it holds for no others."""
    return bool(_EXCLUSIVE.search(clause))


def leaves_out(question: str, clause: str) -> bool:
    """Whether a clause that is exclusively on others answers the question: it is on the same, but for the kind.

    "Only premium members may bring guests." does for "Can basic members bring guests?", not for "… park here?".
    """
    if denies(clause) or (denies(question) and not _outsiders(question)):
        return False
    apart = _kinds_apart(words_of(question), words_of(clause))
    kinds = {stem for kind in apart for stems in kind for stem in stems.split("-")} | _outsiders_apart(question, clause)
    roles = set().union(*(kind for row in _ROLES for kind in row))
    asked = stems_of(question) - kinds - roles
    return len(asked & stems_of(clause)) >= _SHARED * len(asked)


def _outsiders_apart(question: str, clause: str) -> frozenset[str]:
    """The stems of whom the one is on and the other on all others: members, of "Can non-members row?"."""
    asked, said = _outsiders(question), _outsiders(clause)
    return frozenset((asked - said) & stems_of(clause)) | ((said - asked) & stems_of_insiders(question))


def _outsiders(text: str) -> frozenset[str]:
    """The stems of whom a text says that they aren't meant: of members for "non-members" or "not a member"."""
    named = (found["non"] or found["isnt"] or found["arent"] for found in _OUTSIDERS.finditer(text))
    return frozenset(map(stem_of, named)) & _PERSONS


def _kinds_apart(asked: Sequence[str], said: Sequence[str]) -> list[_Kind]:
    """The kinds of the question that the clause has only others of: (basic, member) where it has (premium, member)."""
    there = list(_kinds(said, anywhere=True))
    words = _stems(" ".join(said))
    return [
        (kind, head)
        for kind, head in _kinds(asked, anywhere=False)
        if kind and kind not in words and any(_are_apart(kind, head, *each) for each in there)
        and all(other for other, noun in there if noun == head)
    ]  # fmt: skip


def _are_apart(kind: str, head: str, other: str, noun: str) -> bool:
    if head != noun or not other or other == kind:
        return False
    return head in _HEADS or are_contrary(kind, other)


def _kinds(words: Sequence[str], *, anywhere: bool) -> Iterator[_Kind]:
    """Each word with the one before it as its kind: (basic, membe) of "basic members", ("", guest) of "the guests".

    If not `anywhere`, a kind counts only behind a determiner, an auxiliary or the like, or at the beginning. So "Can
    basic members bring guests?" has no kind (bring, guest): what may be a verb with its object is left out.
    """
    for i, word in enumerate(words):
        head = stem_of(word)
        before = words[i - 1] if i else ""
        kind = "" if before in _DETERMINERS | _NO_KIND | _BEFORE_KIND else stem_of(before)
        leading = words[i - 2] if i > 1 else ""
        if head and (anywhere or not kind or leading in _DETERMINERS | _BEFORE_KIND or i == 1):
            yield kind, head


def _roles_apart(asked: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the question is on people of one role, and the clause of the same kind of roles names only others."""
    one, other = (stems_of(" ".join(words)) for words in (asked, said))
    for row in _ROLES:
        of_question = [kind for kind in row if kind & one]
        of_clause = [kind for kind in row if kind & other]
        if of_question and of_clause and not any(kind in of_question for kind in of_clause):
            return True
    return False
