"""What may be asked: a question within its bounds, and the conversation that it is part of."""

from dataclasses import dataclass

from index.errors import QuestionError

MAX_QUESTION_CHARS = 1000
MAX_TURNS = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and the words it was answered with, if any."""

    question: str
    answer: str | None = None


def checked(question: str) -> str:
    """The question without white space around it. Raises QuestionError if it can't be asked."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is blank: ask something.")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(f"The question has {len(question)} characters; at most {MAX_QUESTION_CHARS} are read.")
    require_unicode(question, "The question")
    return question


def require_unicode(text: str, what: str) -> None:
    """Raises QuestionError for half a surrogate pair in `text`, which its message calls `what`."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QuestionError(f"{what} holds half a surrogate pair: send it as valid Unicode.")
