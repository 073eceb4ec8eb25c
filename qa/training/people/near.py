"""Hard negatives: pieces that are near a question but don't answer it, of its own document and of others.

User questions share few words with their answers, so an embedder finds what is near them. The questions of the other
sources repeat words of their texts; for them tf-idf does, which takes almost no time.

Invented passages, which are among the user questions' texts, come in pairs, next to each other, that answer the same
questions otherwise: "£120" in one, "£135" in the other. So there a text beside the question's isn't a negative for it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.embedding import Embedder
from qa.training.people.corpus import USER, AskedQuestion, Corpus

OWN, OTHER = 4, 3  # pieces kept of the question's document, and of other documents of its source
_LOOKED_AT = 12

Place = tuple[int, int]
"""(Index of a text of the corpus, index of one of its pieces)."""


@dataclass(frozen=True, slots=True)
class Near:
    """Pieces without an answer: the nearest of the question's document, nearest first, and near ones of others."""

    own: tuple[Place, ...]
    other: tuple[Place, ...]


def find_near(corpus: Corpus, embedder: Embedder, cache: Path) -> list[Near]:
    """The near pieces of each question of the corpus, in order. They are cached in the file `cache`."""
    if cache.exists():
        rows = json.loads(cache.read_text())
        return [Near(*(tuple(map(tuple, row[name])) for name in ("own", "other"))) for row in rows]
    by_source: dict[str, list[int]] = defaultdict(list)
    for number, asked in enumerate(corpus.asked):
        by_source[corpus.texts[asked.text].source].append(number)
    near: dict[int, Near] = {}
    for source, numbers in by_source.items():
        places = [
            (text, piece)
            for text, there in enumerate(corpus.texts)
            if there.source == source
            for piece in range(len(there.pieces))
        ]
        of_text: dict[int, list[int]] = defaultdict(list)
        for i, (text, _) in enumerate(places):
            of_text[text].append(i)
        scores = (
            _by_meaning(corpus, embedder, places, numbers) if source == USER else _by_words(corpus, places, numbers)
        )
        for number, row in tqdm(zip(numbers, scores, strict=True), f"near, {source}", len(numbers)):
            asked = corpus.asked[number]
            near[number] = _near(corpus, asked, places, of_text[asked.text], row)
    found = [near[number] for number in range(len(corpus.asked))]
    partial = cache.with_suffix(".partial")
    partial.write_text(json.dumps([asdict(one) for one in found]))
    partial.replace(cache)
    return found


def _near(
    corpus: Corpus, asked: AskedQuestion, places: Sequence[Place], own: Sequence[int], scores: NDArray[np.float32]
) -> Near:
    """`own` are the indices of the question's own document in `places`; `scores` (places,) are higher if nearer."""
    nearest_own = sorted(own, key=lambda i: -scores[i])
    nearest = np.argpartition(-scores, min(_LOOKED_AT, len(scores) - 1))[:_LOOKED_AT]
    own_negatives = [places[i] for i in nearest_own if not corpus.answers(asked, *places[i])]
    pair = 1 if corpus.texts[asked.text].source == USER else 0  # how far away a text may be that belongs with it
    apart = (places[i] for i in nearest if abs(places[i][0] - asked.text) > pair)
    others = [place for place in apart if not corpus.answers(asked, *place)]
    return Near(tuple(own_negatives[:OWN]), tuple(others[:OTHER]))


def _by_meaning(corpus: Corpus, embedder: Embedder, places: Sequence[Place], numbers: Sequence[int]) -> Any:  # noqa: ANN401
    """For each question its cosine with every place, (places,)."""
    pieces = embedder.embed_passages([with_prefix(corpus, place) for place in places])
    questions = embedder.embed_passages([corpus.asked[number].searched for number in numbers])
    return (pieces @ question for question in questions)


def _by_words(corpus: Corpus, places: Sequence[Place], numbers: Sequence[int]) -> Any:  # noqa: ANN401
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
    pieces = vectorizer.fit_transform([corpus.texts[text].words(piece) for text, piece in places]).tocsc()
    questions = vectorizer.transform([corpus.asked[number].searched for number in numbers])
    return ((pieces @ question.T).toarray()[:, 0] for question in questions)


def with_prefix(corpus: Corpus, place: Place) -> str:
    """A piece's text with its prefix, as it is embedded."""
    text, piece = place
    return corpus.texts[text].pieces[piece].prefix + corpus.texts[text].words(piece)
