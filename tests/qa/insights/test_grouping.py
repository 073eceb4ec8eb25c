"""Questions grouped by meaning, and by their words where they have no vectors."""

from typing import Any

import numpy as np
from contract.support import asked

from index.embedding import SentenceTransformerEmbedder
from index.questions import KeptQuestion
from qa.insights.grouping import Group, grouped


def kept(*questions: Any, collection: str = "default") -> list[KeptQuestion]:
    """(text, vector) each, the newest first."""
    return [
        KeptQuestion(len(questions) - number, None, asked(text=text, vector=vector, collection=collection))
        for number, (text, vector) in enumerate(questions)
    ]


def shown(groups: list[Group]) -> list[tuple[int, list[str]]]:
    return [(group.questions, [one.text for one in group.wordings]) for group in groups]


def at(degrees: float) -> Any:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0], np.float32)


def test_the_one_with_most_near_it_is_the_centre() -> None:
    # 0.65 is the cosine of 49.5 degrees: B is near to A and C, which aren't near to each other, and D to C alone
    questions = kept(("A", at(0)), ("B", at(40)), ("C", at(80)), ("D", at(125)))
    assert shown(grouped(questions)) == [(3, ["B", "A", "C"]), (1, ["D"])]


def test_the_same_words_are_one_wording_and_weigh_as_often_as_they_were_asked() -> None:
    questions = kept(("When  is it?", at(0)), ("when is it?", at(0)), ("Where?", at(90)), ("At what time?", at(30)))
    groups = grouped(questions)
    assert shown(groups) == [(3, ["When  is it?", "At what time?"]), (1, ["Where?"])]
    assert [(one.times, one.latest.id) for one in groups[0].wordings] == [(2, 4), (1, 1)]


def test_without_vectors_words_alone_count_and_without_words_nothing() -> None:
    questions = kept(("A", None), ("b", None), ("B", None), (None, None))
    assert shown(grouped(questions)) == [(2, ["b"]), (1, ["A"])]
    assert grouped([]) == []


def test_collections_stand_apart() -> None:
    questions = [*kept(("A", at(0))), *kept(("A", at(0)), collection="other")]
    assert [group.questions for group in grouped(questions)] == [1, 1]


def test_paraphrases_meet_and_others_dont(embedder: SentenceTransformerEmbedder) -> None:
    texts = ["Who is the safety officer?", "When do we get paid?", "What day are salaries paid?",
             "What is the name of the safety officer?", "Where can I park my bike?"]  # fmt: skip
    groups = shown(grouped(kept(*[(text, embedder.embed_query(text)) for text in texts])))
    assert [(count, sorted(wordings)) for count, wordings in groups[:2]] == [
        (2, ["Who is the safety officer?", "What is the name of the safety officer?"][::-1]),
        (2, ["What day are salaries paid?", "When do we get paid?"]),
    ]
    assert groups[2] == (1, ["Where can I park my bike?"])
