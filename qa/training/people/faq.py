"""FAQs for the calibration: documents in which the question itself stands above its answer.

Each is made of one document's questions that were kept out of training, and of the sentences of it that answer them:

    # Questions about the hall

    ## When was the roof renewed?

    New in 2019, all slopes.

Asked are some of these questions, as they stand there, and some that the document has no answer to.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from index.lines import lines_near
from index.loading import id_of
from qa.answering.forms.clauses import sentence_at

ANSWERED, UNANSWERED = 6, 4
"""Every sixth question of an FAQ is asked, and every fourth without an answer."""

FEWEST_ENTRIES = 2

_TABLE_MARK = "|"  # the row of a table says little without its heads


def write_faqs(articles: Sequence[dict[str, Any]], folder: Path) -> list[str]:
    """Write an FAQ for each article with at least two answered questions; returns the questions asked, a JSON each."""
    answered, others = [], []
    known: set[str] = set()
    for number, article in enumerate(articles):
        (paragraph,) = article["paragraphs"]
        entries = list(_entries(paragraph))
        asked_here = {question.lower() for question, _, _ in entries}
        if len(asked_here) < FEWEST_ENTRIES or asked_here & known:  # two FAQs would answer one question
            continue
        known |= asked_here
        path = folder / f"{number:03}.md"
        title = paragraph["context"].partition("\n")[0].strip("# ")
        path.write_text(f"# Questions about {title}\n" + "".join(f"\n## {q}\n\n{answer}\n" for q, answer, _ in entries))
        document = {"document": id_of(path)}
        answered += [{"question": q, "answers": [short, answer], **document} for q, answer, short in entries]
        others += [
            {"question": one["question"], "answers": [], **document} for one in paragraph["qas"] if not one["answers"]
        ]
    asked = [*islice(answered, 0, None, ANSWERED), *islice(others, 0, None, UNANSWERED)]
    return [json.dumps({"id": f"faq-{number}", **one}) for number, one in enumerate(asked)]


def _entries(paragraph: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    """(Question as a heading, the sentences that answer it, the short answer) of those with an answer."""
    text = paragraph["context"]
    for one in paragraph["qas"]:
        if not one["answers"]:
            continue
        short, start = one["answers"][0]["text"], one["answers"][0]["answer_start"]
        first, last = sentence_at(text, lines_near(text, start, start + len(short)), start, start + len(short))
        answer = text[first:last]
        question = one["question"].rstrip("?")
        if short in answer and not answer.startswith("#") and _TABLE_MARK not in answer:
            yield f"{question[:1].upper()}{question[1:]}?", answer, short
