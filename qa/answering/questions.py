"""Which questions are accepted, and the earlier turns of a conversation."""

from dataclasses import dataclass

from index.errors import QuestionError

MAX_QUESTION_CHARS = 1000
MAX_TURNS = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the text of its answer, None if there was none."""

    question: str
    answer: str | None = None


def checked(question: str) -> str:
    """The question without white space around it. Raises QuestionError if it is blank, too long or no valid Unicode."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is blank: ask something.")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(f"The question has {len(question)} characters; at most {MAX_QUESTION_CHARS} are read.")
    require_unicode(question, "The question")
    return question


def require_unicode(text: str, what: str) -> None:
    """Raise QuestionError if `text` holds half a surrogate pair; the message calls the text `what`."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QuestionError(f"{what} holds half a surrogate pair: send it as valid Unicode.")
