"""Shortlists: the best candidates for a question, right and wrong ones, to learn to choose among them.

They are what Quoth takes for answers: for user questions among the passages that it retrieves, once over all documents
and once over the question's own; for those of the other sources among pieces near the question. Where none is right,
there is none to choose.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from index.documents import DEFAULT_COLLECTION
from index.retrieval.passages import Passage
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.answer_normalization import normalize
from qa.answering.calibration import shipped
from qa.answering.ranking import Candidate, candidates_of, without_overlaps
from qa.answering.reach import within_reach
from qa.answering.shortlist import SHORTLISTED
from qa.assembly import Engine
from qa.evaluation.datasets.dataset import Dataset, Gold, Question
from qa.reading.reader import Reader
from qa.reading.spans import Reading
from qa.training.people.corpus import USER, Corpus
from qa.training.people.near import Near

LONGEST_GOLD = 300  # characters; a longer answer that no candidate touches is cut

_Asked = TypeVar("_Asked")

Span = tuple[Passage, int, int]
"""(Passage, start, end), in characters of the passage's text."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """A question as it is read, its candidates, and which of them are right."""

    question: str
    spans: tuple[Span, ...]
    right: tuple[bool, ...]


def find_shortlists(engine: Engine, dataset: Dataset, cache: Path, *, own: bool) -> list[Shortlist]:
    """The shortlists of the questions for which anything is found, in the documents of `engine`.

    With `own` each question is asked of its own document alone. They are kept in the file `cache` as they are found.
    """

    def find(question: Question) -> Shortlist:
        where = Filter(DEFAULT_COLLECTION, (str(question.document_id),) if own else None)
        passages, readings, compare = engine.consider(SEES_ALL, question.text, where, question.history)
        is_read = within_reach(passages, shipped())
        return shortlist_of(
            question.golds, compare.question, list(compress(passages, is_read)), list(compress(readings, is_read))
        )

    return _kept(dataset.questions, find, cache, "asking its own document" if own else "asking all documents")


def near_shortlists(reader: Reader, corpus: Corpus, near: Sequence[Near], every: int, cache: Path) -> list[Shortlist]:
    """The shortlists of `every` which question of the other sources, in pieces that hold an answer or are near it.

    They are kept in the file `cache` as they are found.
    """

    def find(number: int) -> Shortlist:
        asked = corpus.asked[number]
        golds = [Gold(corpus.texts[asked.text].text[a:b], str(asked.text), a, b) for a, b in asked.answers]
        holding = [(asked.text, piece) for answer in asked.answers[:1] for piece in corpus.holding(asked, answer)]
        places = list(dict.fromkeys([*holding, *near[number].own[:3], *near[number].other]))[:SHORTLISTED]
        passages = [_passage(corpus, *place) for place in places]
        readings = reader.read(
            asked.searched, [passage.text for passage in passages], [passage.context for passage in passages]
        )
        return shortlist_of(golds, asked.searched, passages, readings)

    others = [number for number, asked in enumerate(corpus.asked) if corpus.texts[asked.text].source != USER]
    return _kept(others[::every], find, cache, "asking the other sources")


def _passage(corpus: Corpus, text: int, piece: int) -> Passage:
    there = corpus.texts[text].pieces[piece]
    return Passage(
        str(text), there.start, there.end, corpus.texts[text].words(piece), rank=1, signals={}, context=there.prefix
    )


def shortlist_of(
    golds: Sequence[Gold], asked: str, passages: Sequence[Passage], readings: Sequence[Reading]
) -> Shortlist:
    """The best candidates in `passages`. If none is right though an answer stands there, it takes the last place."""
    candidates = candidates_of(passages, readings, shipped().signal_weights)
    best = without_overlaps(sorted(candidates, key=lambda one: -one.score))[:SHORTLISTED]
    spans, right = [one.within for one in best], [_is_right(one, golds) for one in best]
    if not any(right) and (missed := next(_standing(golds, passages), None)):
        spans, right = [*spans[: SHORTLISTED - 1], missed], [*right[: SHORTLISTED - 1], True]
    return Shortlist(asked, tuple(spans), tuple(right))


def _is_right(candidate: Candidate, golds: Iterable[Gold]) -> bool:
    """Whether it touches a gold answer where that stands, or has the words of one."""
    return any(
        normalize(candidate.text) == normalize(gold.text)
        or (
            gold.document_id == candidate.passage.document_id
            and gold.start is not None
            and gold.end is not None
            and gold.start < candidate.end
            and candidate.start < gold.end
        )
        for gold in golds
    )


def _standing(golds: Sequence[Gold], passages: Sequence[Passage]) -> Iterator[Span]:
    """Where a gold answer stands whole in one of the passages."""
    for passage in passages:
        for gold in golds:
            if gold.start is None or gold.end is None or gold.document_id != passage.document_id:
                continue
            if passage.start <= gold.start and gold.end <= passage.end:
                end = min(gold.end, gold.start + LONGEST_GOLD)
                yield passage, gold.start - passage.start, end - passage.start


def _kept(asked: Sequence[_Asked], find: Callable[[_Asked], Shortlist], cache: Path, title: str) -> list[Shortlist]:
    """What is found for each, without those that have no candidate. `cache` has what a stopped run found already."""
    cache.touch()
    whole = [line for line in cache.read_text().splitlines(keepends=True) if line.endswith("\n")]
    cache.write_text("".join(whole))  # without a line that was cut off
    with cache.open("a") as file:
        for one in tqdm(asked[len(whole) :], title, len(asked), initial=len(whole)):
            file.write(f"{json.dumps(asdict(find(one)))}\n")
            file.flush()
    found = map(_from_json, cache.read_text().splitlines())
    return [shortlist for shortlist in found if shortlist.spans]


def _from_json(line: str) -> Shortlist:
    row: dict[str, Any] = json.loads(line)
    spans = tuple((Passage(**passage), start, end) for passage, start, end in row["spans"])
    return Shortlist(row["question"], spans, tuple(row["right"]))
