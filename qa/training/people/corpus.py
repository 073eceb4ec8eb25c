"""Labelled questions → a corpus: documents as Quoth parses and chunks them, and the questions on them.

The questions in people's own words ("user questions") are split by document: in order of the SHA-256 of the titles, the
first fifth is kept for validation, the next tenth for calibration. Beside them are those on invented documents that
come with Quoth. A share of each other source is added, so that the reader forgets nothing.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tqdm import tqdm

from index.chunking import chunk
from index.context import prefix_of
from index.documents import Document
from index.embedding import SentenceTransformerEmbedder
from index.formats.registry import BY_SUFFIX, parse_bytes
from index.indexing import DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS
from index.known_slices import known_slices
from qa.answering.answer_normalization import normalize
from qa.training.data import kept_out

USER_QUESTIONS = "user-questions.json.gz"
MORE_QUESTIONS = "user-questions-more.json.gz"
"""More of them, if the file is there; all are to learn from."""

INVENTED_QUESTIONS = Path(__file__).with_name("invented-questions.json.gz")
"""More of them, on documents that were invented for Quoth; an article's `part` is "training" or "calibration"."""

INVENTED_PASSAGES = Path(__file__).with_name("invented-passages.json.gz")
"""More of them, on passages in which several things or lists could be the answer, most in pairs that differ in what is.

An article's `part` is "training" or "test".
"""

USER = "user-questions"
VALIDATION, CALIBRATION = 0.2, 0.1

LONGEST_LIST = 240
"""Characters of the longest list to learn as one answer: longer ones have more tokens than an answer may."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file in SQuAD's format, the share of its questions to use, and whether its titles mean anything."""

    file: str
    share: float
    titled: bool = True


OTHERS = (
    Source("squad-36.json.gz", 0.55),
    Source("spans/squad-train-44.json.gz", 0.45),
    Source("spans/squad-train-more.json.gz", 0.35, titled=False),
    Source("spans/nq-qed-train.json.gz", 0.9),
    Source("spans/tydiqa-en.json.gz", 0.7),
    Source("spans/afriqa-en.json.gz", 0.45),
    Source("spans/squadshifts-reddit.json.gz", 0.2, titled=False),
    Source("spans/squadshifts-amazon-reviews.json.gz", 0.12, titled=False),
    Source("spans/nq-swap.json.gz", 0.15, titled=False),
    Source("followup/doqa-pieces.json.gz", 0.7, titled=False),
    Source("tables/wikitablequestions.json.gz", 0.3, titled=False),
    Source("lists/tatqa.json.gz", 0.4, titled=False),
    Source("lists/multispanqa-valid.json.gz", 0.8, titled=False),
    Source("spans/quoref-contrast.json.gz", 0.4, titled=False),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk: the slice `[start, end)` of a document's text, and the prefix embedded and read in front of it."""

    start: int
    end: int
    prefix: str


@dataclass(frozen=True, slots=True)
class Text:
    """A document of one of the sources, cut into pieces."""

    source: str
    title: str
    text: str
    pieces: tuple[Piece, ...]

    def words(self, piece: int) -> str:
        """The text of piece number `piece`, without its prefix."""
        return self.text[self.pieces[piece].start : self.pieces[piece].end]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question on `texts[text]` of the corpus. `answers` are slices `[start, end)` of that text, the best first.

    `earlier` is the question before it, for a follow-up; else None.
    """

    text: int
    question: str
    answers: tuple[tuple[int, int], ...]
    earlier: str | None

    @property
    def searched(self) -> str:
        """The text to search for: the question, after the earlier one if it is a follow-up."""
        return f"{self.earlier} {self.question}" if self.earlier else self.question


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents, and questions on them."""

    texts: Sequence[Text]
    asked: Sequence[AskedQuestion]

    def holding(self, asked: AskedQuestion, answer: tuple[int, int]) -> list[int]:
        """The indices of the pieces of the question's document that hold all of this answer."""
        pieces = self.texts[asked.text].pieces
        return [i for i, piece in enumerate(pieces) if piece.start <= answer[0] and answer[1] <= piece.end]

    def answers(self, asked: AskedQuestion, text: int, piece: int) -> bool:
        """Whether a piece overlaps one of the question's answers, or contains the same words."""
        there = self.texts[text]
        if text == asked.text:
            start, end = there.pieces[piece].start, there.pieces[piece].end
            if any(first < end and start < last for first, last in asked.answers):
                return True
        padded, own = f" {normalize(there.words(piece))} ", self.texts[asked.text].text
        return any(f" {normalize(own[first:last])} " in padded for first, last in asked.answers)


def load_corpus(data: Path) -> Corpus:
    """The training data: the user questions that aren't kept out, and the share of each other source."""
    cut, rng = _cutter(), random.Random(7)  # noqa: S311  # not for secrets
    texts: list[Text] = []
    asked: list[AskedQuestion] = []
    training, _, _ = user_articles(data)
    for article in tqdm(training, "user questions"):
        for document, questions in _documents(article):
            asked += [with_whole_list(_asked(len(texts), one), one.get("spans", ())) for one in questions]
            texts.append(cut(document, USER))
    for source in OTHERS:
        articles = read(data / source.file)
        if source.file == "squad-36.json.gz":  # its own validation and calibration articles
            held_out = {title for part in kept_out(article["title"] for article in articles) for title in part}
            articles = [article for article in articles if article["title"] not in held_out]
        for article in tqdm(articles, source.file):
            for paragraph in article["paragraphs"]:
                questions = [question for question in paragraph["qas"] if rng.random() < source.share]
                if questions and paragraph["context"].strip():
                    title = article["title"].replace("_", " ") if source.titled else "_index"
                    asked += [_asked(len(texts), question) for question in questions]
                    texts.append(cut(Document(title, title, paragraph["context"]), source.file))
    return Corpus(texts, asked)


def read(path: Path) -> list[dict[str, Any]]:
    """The articles of a gzipped file in SQuAD's format."""
    articles: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["data"]
    return articles


def user_articles(data: Path) -> tuple[list[dict[str, Any]], ...]:
    """The articles of the user questions for (training, validation, calibration)."""
    training, validation, calibration = split(read(data / USER_QUESTIONS))
    more = data / MORE_QUESTIONS
    training += read(more) if more.is_file() else []
    invented = read(INVENTED_QUESTIONS) + read(INVENTED_PASSAGES)
    training += [article for article in invented if article["part"] == "training"]
    return training, validation, calibration + [article for article in invented if article["part"] == "calibration"]


def split(articles: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], ...]:
    """The articles for (training, validation, calibration), by the SHA-256 of their titles: nobody could pick them."""
    ordered = sorted(articles, key=lambda article: hashlib.sha256(article["title"].encode()).hexdigest())
    first, second = round(VALIDATION * len(ordered)), round((VALIDATION + CALIBRATION) * len(ordered))
    return ordered[second:], ordered[:first], ordered[first:second]


def _documents(article: dict[str, Any]) -> Iterator[tuple[Document, list[dict[str, Any]]]]:
    """(Document, its questions) for each paragraph, which is a whole file; with an unknown suffix it is plain text."""
    suffix = "." + article["title"].rpartition(".")[2]
    media_type = BY_SUFFIX[suffix].media_type if suffix in BY_SUFFIX else "text/plain"
    for paragraph in article["paragraphs"]:
        parsed = parse_bytes(paragraph["context"].encode(), article["title"], media_type)
        name = article["title"]
        document = Document(
            name, parsed.title or name, parsed.text, headings=parsed.headings, metadata=dict(parsed.metadata)
        )
        yield document, paragraph["qas"]


def _cutter() -> Any:  # noqa: ANN401  # (Document, source) → Text
    count = lru_cache(maxsize=2**17)(SentenceTransformerEmbedder().count_tokens)

    def cut(document: Document, source: str) -> Text:
        chunks = chunk(
            document.text,
            count,
            size=DEFAULT_CHUNK_TOKENS,
            overlap=DEFAULT_CHUNK_OVERLAP,
            headings=document.headings,
            known=known_slices(document.metadata, len(document.text)),
        )
        pieces = (Piece(c.start, c.end, prefix_of(document, c.start, "section", count)) for c in chunks)
        return Text(source, document.title, document.text, tuple(pieces))

    return cut


def _asked(text: int, question: dict[str, Any]) -> AskedQuestion:
    golds = [] if question.get("is_impossible") else question["answers"]
    history = question.get("history") or []
    earlier = [turn["question"] for turn in history] if history and isinstance(history[0], dict) else history[::2]
    return AskedQuestion(
        text=text,
        question=question["question"].strip(),
        answers=tuple((gold["answer_start"], gold["answer_start"] + len(gold["text"])) for gold in golds),
        earlier=earlier[-1] if earlier else None,
    )


def with_whole_list(asked: AskedQuestion, spans: Sequence[tuple[int, str]]) -> AskedQuestion:
    """The question with its whole list as the best answer: the slice from the first to the last of several `spans`.

    A span is (start, words). Whoever learns only "windows" of "windows, projector and alarm" never finds more than one.
    A list of more than LONGEST_LIST characters is left as it is, and so is one that the best answer holds already.
    """
    if len(spans) < 2:
        return asked
    start, end = min(start for start, _ in spans), max(start + len(words) for start, words in spans)
    is_known = any(first <= start and end <= last for first, last in asked.answers[:1])
    return asked if is_known or end - start > LONGEST_LIST else replace(asked, answers=((start, end), *asked.answers))
