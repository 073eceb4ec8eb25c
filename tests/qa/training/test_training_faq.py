"""FAQs for the calibration: headings that are questions, the sentences that answer them, and what is asked."""

import json
from pathlib import Path

from qa.training.people import faq

HALL = """# The hall

Built in 1903. The roof was renewed in 2019, all slopes. No dogs.

| Hall | Price |
|---|---|
| Large | £40 |
"""


def _asked(question: str, answer: str | None) -> dict[str, object]:
    answers = [{"text": answer, "answer_start": HALL.index(answer)}] if answer else []
    return {"id": question, "question": question, "answers": answers}


QUESTIONS = [
    _asked("when was the roof done", "2019"),
    _asked("Who owns it?", None),
    _asked("Are dogs allowed?", "No dogs."),
    _asked("what is the large one", "£40"),  # a row of a table says little by itself
]


def test_an_faq_has_the_answered_questions_above_their_sentences_and_no_other_has_them(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(faq, "ANSWERED", 1)
    monkeypatch.setattr(faq, "UNANSWERED", 1)
    article = {"title": "hall.md", "paragraphs": [{"context": HALL, "qas": QUESTIONS}]}
    short = {"title": "shed.md", "paragraphs": [{"context": HALL, "qas": QUESTIONS[:2]}]}
    same = {
        "title": "barn.md",
        "paragraphs": [{"context": HALL, "qas": [_asked("Why no dogs?", "dogs"), *QUESTIONS[:1]]}],
    }
    lines = faq.write_faqs([article, short, same], tmp_path)
    (written,) = tmp_path.iterdir()
    assert written.read_text() == (
        "# Questions about The hall\n\n## When was the roof done?\n\nThe roof was renewed in 2019, all slopes.\n\n"
        "## Are dogs allowed?\n\nNo dogs.\n"
    )
    document = str(written)[1:]
    assert [json.loads(line) for line in lines] == [
        {
            "id": "faq-0",
            "question": "When was the roof done?",
            "answers": ["2019", "The roof was renewed in 2019, all slopes."],
            "document": document,
        },
        {"id": "faq-1", "question": "Are dogs allowed?", "answers": ["No dogs.", "No dogs."], "document": document},
        {"id": "faq-2", "question": "Who owns it?", "answers": [], "document": document},
    ]
