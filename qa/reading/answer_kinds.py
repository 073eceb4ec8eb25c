"""The kind of answer that a question's words ask for, where an answer of any other kind is wrong: a phone number, a
number, a share, an amount of money, a length of time.

A reader that is asked for a phone number takes the e-mail address beside the name if there is no number. Only kinds are
here whose marks nearly all right answers have: six of 1,962 labelled questions that ask for one have another answer.
"""

import re
from dataclasses import dataclass

# Number words, and those that stand for a number: "hundreds of applications", "twice", "none", "the fourth"
_NUMBER = (
    r"\d|\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion)"
    r"s?|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|half|quarter|third|first|second|\w+th|couple|pair|single|"
    r"sole|double|both|none|no|zero|several|few|many|once|twice|never|an?|all|every|any|each|only|most|majority|number|"
    r"unlimited|enough)\b"
)
_LENGTH = (
    r"\d|\b(?:(?:half|second|minute|hour|day|night|week|month|quarter|year|decade|centur|semester|term|season|moment)"
    r"\w*|overnight|forever|permanent\w*|indefinite\w*|unlimited|always|life\w*|lifetime|until|till?|through\w*|to|as|"
    r"while|when|so|long\w*|short\w*|brief\w*|soon\w*|immediate\w*|no|not|never|once|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|time|times|millennia|ages?|zero)\b"
)
_MONEY = (
    r"[$€£¥₹]\s?\d[\d.,]{0,20}|(?<![\d.,])\d[\d.,]{0,20}\s?(?:[$€£¥₹]|(?:euros?|pounds?|dollars?|francs?|crowns?|cents?|pence|EUR|USD|GBP|"
    r"CHF)\b)"
)


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """A kind of answer: the questions that ask for it, and what each of its answers has somewhere."""

    asked: re.Pattern[str]
    marks: re.Pattern[str]
    never: re.Pattern[str] | None = None  # what has such marks by chance
    other: re.Pattern[str] | None = None  # what none of its answers has

    def fits(self, answer: str) -> bool:
        """Whether the words may be an answer of this kind."""
        if self.other and self.other.search(answer):
            return False
        return bool(self.marks.search(self.never.sub("", answer) if self.never else answer))


_KINDS = (
    AnswerKind(  # a number to call
        re.compile(
            r"^(?:(?:what|which|whats|what['’]s|is there|do you have|give me)\b[^,.;:]{0,40}?\b)?(?:[\w'’]+ ){0,3}"
            r"(?:tele)?(?:phone|fax|mobile|hotline|helpline) (?:number|no)\b(?! (?:example|format|field))[^,;:]{0,60}$"
            r"|\b(?:what|which) number\b[^,;:]{0,20}\b(?:call|ring|dial|phone)\b",
            re.IGNORECASE,
        ),
        re.compile(r"\d\D{0,3}\d\D{0,3}\d"),
    ),
    AnswerKind(  # an e-mail address
        re.compile(
            r"^(?:what|which|whats|what['’]s)\b[^,;:]{0,25}\be-?mail address\b|^(?:[\w'’]+ ){0,3}e-?mail address\??$"
            r"|^e-?mail address (?:of|for|to)\b",
            re.IGNORECASE,
        ),
        re.compile(r"@|\b(?:at|dot)\b", re.IGNORECASE),
    ),
    AnswerKind(  # a share
        re.compile(r"^(?:[\w'’]+ ){0,2}(?:what|which) (?:percentage|percent|per cent)\b", re.IGNORECASE),
        re.compile(rf"%|percent|per cent|{_NUMBER}|major", re.IGNORECASE),
    ),
    AnswerKind(  # an amount of money
        re.compile(
            r"^(?:and )?how much (?:does|do|did|will|would) (?!.*\b(?:know|matter|differ|depend|vary|weigh)\b)"
            r".{1,60}\bcosts?\b"
            r"|^(?:and )?how much (?:is|are|was|were) (?:the|an?|one|your|this|it|that)\b"
            r"|^(?:what(?: is|['’]s| was) the )(?:\w+ )?(?:price|cost|fee|fine|fare|deposit) (?:of|for)\b",
            re.IGNORECASE,
        ),
        re.compile(rf"[$€£¥₹]|\b(?:free|nothing|included|charge|fee)\b|{_NUMBER}", re.IGNORECASE),
        re.compile(r"(?<![\w$€£¥₹])(?:\d{3,12}-\d{2,12}|[A-Z]{1,6}-\d{1,12})(?!\w)"),  # the number of an article
    ),
    AnswerKind(re.compile(r"^(?:and |so |but )?how many\b", re.IGNORECASE), re.compile(_NUMBER, re.IGNORECASE)),
    AnswerKind(  # a length of time
        re.compile(
            r"^(?:and |so |but )?how long (?:do|does|did|is|are|was|were|will|can|may|must|should|have|has)\b"
            r"(?!.*\b(?:table|board|boat|rope|cable|bed|queue|line|pool|hall|trail|road|river|track|lead|cord)\b)",
            re.IGNORECASE,
        ),
        re.compile(_LENGTH, re.IGNORECASE),
        never=re.compile(r"[$€£¥₹]\s?\d[\d.,]*"),
        other=re.compile(  # "9,200 vehicles a day"
            r"(?<![\w.,])\d[\d.,]*\s(?!(?:sec|min|h(?:ou)?rs?\b|hour|day|night|week|month|year))[^\W\d_]{2,30}"
            r"\s(?:an?|per|each|every)\s(?:hour|day|night|week|month|season|year)s?\b",
            re.IGNORECASE,
        ),
    ),
    AnswerKind(  # a depth
        re.compile(r"\bhow deep\b", re.IGNORECASE),
        re.compile(
            r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundreds?|half|several|"
            r"few|deep\w*|shallow\w*|ankle|knee|waist|hip|chest|shoulder|head|bottom|surface|level)\b",
            re.IGNORECASE,
        ),
    ),
    AnswerKind(  # a length of time, of what is measured by nothing else
        re.compile(
            r"^(?:and |so |but )?how much (?:advance |prior )?(?:notice|warning|time|sleep|rest|experience|practice)\b"
            r"(?! (?:fee|pay|cost|money)s?\b)",
            re.IGNORECASE,
        ),
        re.compile(_LENGTH, re.IGNORECASE),
        other=re.compile(_MONEY, re.IGNORECASE),
    ),
    AnswerKind(  # when something was: no age, "aged 91"
        re.compile(r"^(?:and |so |but )?when (?:did|was|were)\b", re.IGNORECASE),
        re.compile(r"\w"),
        re.compile(r"^\W*\d{1,2}\W*$|\baged\s\d{1,3}|^\W*(?:at )?\d{1,3}[- ]years?[- ]old\W*$", re.IGNORECASE),
    ),
)


def kind_asked(question: str) -> AnswerKind | None:
    """The kind of answer that the question's words ask for; None where any may be right."""
    question = question.strip()
    return next((kind for kind in _KINDS if kind.asked.search(question)), None)
