"""The promises as properties of whatever text, logits and names there may be: small here, long on its own.

    pytest tests/test_properties.py --hypothesis-profile long --hypothesis-show-statistics

tries 12,000 examples and more (each test 1,000), and tells how many of each.
"""

import math
import re
import sqlite3
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support import CALIBRATION

from index.chunking import Chunk, chunk
from index.documents import Document, Heading
from index.embedding import SentenceTransformerEmbedder
from index.errors import DocumentError
from index.feedback import KeptSpan
from index.parsing.parse import parse
from index.retrieval.fusion import Fusion
from index.retrieval.passages import Passage
from index.retrieval.query_words import query_words
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore
from index.storage.sqlite.words import weighed
from qa.answering.calibration import Evidence, evidence_of
from qa.answering.ranking import rank
from qa.citing import VerbatimError, cite
from qa.client_calls import Call, delete, document
from qa.feedback.anchoring import locate_again, occurrences
from qa.reading.spans import Reading, Span, Window, decode
from qa.urls import CONTEXT_CHARS

# A shared machine may be slow, so no example has a deadline
LONG = settings.get_current_profile_name() == "long"
examples = settings(max_examples=1000 if LONG else 40, deadline=None)

# What text is made of where it goes wrong: line ends, marks that combine or join, right to left, astral, look-alikes
_PIECES = [
    *"abcXYZ019 .,;:!?-–'\"()[]<>&%#/\\|_*`~\t\n",
    *["\r\n", "\n\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\xa0", "\u3000", "\ufeff", "\u200b"],
    *[
        "é",
        "e\u0301",
        "\u0301",
        "ß",
        "İ",
        "ı",
        "ﬁ",
        "Å",
        "Å",
        "日本語。",
        "한국",
        "اسم",
        "\u200f",
        "\u202e",
        "שלום",
        "ไทย",
    ],
    *[
        "👩‍👧",
        "🐝",
        "🇳🇴",
        "❤️",
        "\U0010ffff",
        "\U000e0001",
        "𝔘",
        "the ",
        "Vask ",
        "1998 ",
        "Who signed it? ",
        "# Head\n",
    ],
]
TEXT = st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=60).map("".join)
# What a document can hold
GOOD_TEXT = TEXT.filter(lambda text: text.strip() and "\0" not in text)
NAME = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40).filter(str.strip)
NAME = (NAME | st.sampled_from([".", "..", "../x", "a//b", "a/./b", "/", "a b", "?#&=%2F", "é/日本"])).filter(
    str.isprintable
)
WILD = st.floats(width=32) | st.sampled_from([0.0, 1.0, 3e38, -3e38, math.inf, -math.inf, math.nan])


@examples
@given(text=TEXT, size=st.integers(8, 48), overlap=st.integers(0, 20))
@example(text="한국aaaA\x1bﬃa.aa", size=8, overlap=4)  # the whole is one unknown token, its parts are several
@example(text="a0:0:a1998 ", size=8, overlap=0)  # a word in two parts, which is more tokens than they are
def test_chunks_slice_cover_grow_and_fit(
    embedder: SentenceTransformerEmbedder, text: str, size: int, overlap: int
) -> None:
    overlap = min(overlap, size // 2)
    chunks = chunk(text, embedder.count_tokens, size=size, overlap=overlap)
    covered = set()
    for each in chunks:
        assert 0 <= each.start < each.end <= len(text)
        words = text[each.start : each.end]
        assert words == words.strip()
        assert embedder.count_tokens(words) <= size or len(words) == 1
        covered.update(range(each.start, each.end))
    assert all(character.isspace() for at, character in enumerate(text) if at not in covered)
    assert [each.end for each in chunks] == sorted({each.end for each in chunks})
    assert [each.start for each in chunks] == sorted(each.start for each in chunks)
    assert chunks == chunk(text, embedder.count_tokens, size=size, overlap=overlap)


@examples
@given(st.data(), GOOD_TEXT, NAME, NAME)
def test_a_citation_slices_to_its_words_and_leads_to_them(
    data: st.DataObject, text: str, document_id: str, collection: str
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    breaks = data.draw(st.lists(st.integers(1, len(text)), unique=True).map(sorted))
    headings = tuple(Heading(at, 1, f"at {at}") for at in breaks)
    cited = Document(document_id, "T", text, "https://x.test/d", pages=(0, *breaks), headings=headings)
    citation = cite(cited, collection, start, end, text[start:end])
    quote = citation.quote
    assert text[citation.start : citation.end] == quote.exact
    assert text[max(0, start - CONTEXT_CHARS) : end + CONTEXT_CHARS] == quote.prefix + quote.exact + quote.suffix
    assert quote.exact.strip() in citation.sentence
    assert citation.sentence in text
    assert citation.page == 1 + sum(at <= start for at in breaks)
    before = [at for at in breaks if at <= start]
    assert citation.section == (f"at {before[-1]}" if before else None)
    url = urlsplit(citation.url)
    assert unquote(url.path.removeprefix("/documents/")) == document_id
    asked = parse_qs(url.query, strict_parsing=True)
    assert (asked["start"], asked["end"]) == ([str(start)], [str(end)])
    assert asked.get("collection", ["default"]) == [collection]
    assert citation.source_url is not None
    assert citation.source_url.isascii()
    other = quote.exact + "x"
    with pytest.raises(VerbatimError):
        cite(cited, collection, start, end, other)


@st.composite
def windows(draw: st.DrawFn, values: st.SearchStrategy[float] = WILD) -> list[Window]:
    """Some windows of one passage, each of [CLS], a question, and tokens of words in paragraphs."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        pieces = draw(st.lists(st.integers(1, 3), max_size=8))  # tokens of each word
        of_word = [word for word, count in enumerate(pieces) for _ in range(count)]
        words = np.array([-1, -1, *of_word, -1], np.int64)
        breaks = draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
        paragraphs = np.array([0, 0, *(int(np.cumsum(breaks)[word]) for word in of_word), 0], np.int64)
        ends = np.arange(1, len(of_word) + 1) * 3
        offsets = np.array([(0, 0), (0, 3), *zip(ends - 3, ends - 1, strict=True), (0, 0)], np.int64)
        logits = arrays.arrays(np.float32, len(words), elements=values)
        found.append(Window(draw(logits), draw(logits), offsets, words, paragraphs))
    return found


def spans_by_hand(window: Window, max_tokens: int) -> dict[tuple[int, int], float]:
    """Every span of whole words in one paragraph, with its score."""
    found = {}
    tokens = range(len(window.words))
    for first in tokens:
        for last in range(first, min(len(window.words), first + max_tokens)):
            begins = window.words[first] >= 0 and window.words[first - 1] != window.words[first]
            ends = window.words[last] >= 0 and window.words[last + 1] != window.words[last]
            if begins and ends and window.paragraphs[first] == window.paragraphs[last]:
                score = window.start_logits[first] + window.end_logits[last]
                found[int(window.offsets[first, 0]), int(window.offsets[last, 1])] = float(score)
    return found


@examples
@given(windows(), st.integers(0, 8), st.integers(1, 12))
def test_any_logits_are_decoded_to_whole_words_best_first(read: list[Window], n_best: int, most: int) -> None:
    with np.errstate(all="ignore"):
        reading = decode(read, n_best, most)
        possible = [spans_by_hand(window, most) for window in read]
    scores = [span.score for span in reading.spans]
    assert len(scores) <= n_best
    assert scores == sorted(scores, reverse=True)
    assert all(map(math.isfinite, scores))
    assert len({(span.start, span.end) for span in reading.spans}) == len(scores)
    for span in reading.spans:
        assert any(found.get((span.start, span.end)) == span.score for found in possible)
    assert not math.isnan(reading.null_score)


@examples
@given(windows(st.floats(-50, 50, width=32)), st.integers(1, 5))
def test_the_best_span_is_the_best_there_is(read: list[Window], n_best: int) -> None:
    reading = decode(read, n_best, 4)
    best: dict[tuple[int, int], float] = {}
    for window in read:
        for place, score in spans_by_hand(window, 4).items():
            best[place] = max(score, best.get(place, -math.inf))
    assert [span.score for span in reading.spans] == sorted(best.values(), reverse=True)[:n_best]
    nulls = [float(window.start_logits[0] + window.end_logits[0]) for window in read]
    assert reading.null_score == min(nulls, default=math.inf)


@st.composite
def read_passages(draw: st.DrawFn) -> tuple[list[Passage], list[Reading]]:
    """Chunks of some documents that overlap, and readings of each."""
    passages, readings = [], []
    texts = draw(st.lists(GOOD_TEXT, min_size=1, max_size=3))
    finite = st.floats(-100, 100)
    for rank_of in range(1, draw(st.integers(1, 6)) + 1):
        key = draw(st.integers(0, len(texts) - 1))
        start = draw(st.integers(0, len(texts[key]) - 1))
        end = draw(st.integers(start + 1, len(texts[key])))
        text = texts[key][start:end]
        score = draw(st.floats(0, Fusion().best_score))
        passages.append(
            Passage(f"d{key}", start, end, text, rank_of, {"fused": score, "dense": draw(st.floats(-1, 1))})
        )
        places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda p: p[0] < p[1])
        spans = draw(st.lists(st.builds(lambda p, s: Span(*p, s), places, finite), max_size=4))
        null = draw(finite | st.sampled_from([math.inf, -math.inf]))
        readings.append(Reading(tuple(sorted(spans, key=lambda span: -span.score)), null))
    return passages, readings


@examples
@given(read_passages())
def test_any_readings_are_ranked_to_answers_that_stand_in_their_passages(
    read: tuple[list[Passage], list[Reading]],
) -> None:
    passages, readings = read
    answers = rank(passages, readings, CALIBRATION)
    places = [place for answer in answers for place in answer.candidates]
    for place in places:
        passage = place.passage
        assert passage.start <= place.start < place.end <= passage.end
        assert passage.text[place.start - passage.start : place.end - passage.start] == place.text
    assert not any(one.overlaps(other) for at, one in enumerate(places) for other in places[:at])
    assert all(0 <= answer.confidence <= 1 for answer in answers)
    further = [answer.confidence for answer in answers[1:]]
    assert further == sorted(further, reverse=True)
    assert bool(answers) == any(reading.spans for reading in readings)
    if answers:
        best = answers[0].candidates[0].score
        assert best == max(place.score for place in places)
    assert rank(passages, readings, CALIBRATION) == answers


EVIDENCE = st.builds(
    lambda span, margin, together, fused, lead: evidence_of(
        span=span, margin=margin, together=together, lead=lead, signals={"fused": fused}
    ),
    *(st.floats() for _ in range(5)),
)


@examples
@given(EVIDENCE)
def test_a_confidence_is_a_probability_whatever_the_evidence(evidence: Evidence) -> None:
    assert 0 <= CALIBRATION.confidence(evidence) <= 1
    if any(math.isnan(evidence.get(name, 0.0)) for name in CALIBRATION.coefficients):
        assert CALIBRATION.confidence(evidence) < 0.01  # what is no number speaks for nothing


@examples
@given(st.data(), GOOD_TEXT, TEXT)
def test_words_are_found_where_they_stand(data: st.DataObject, text: str, other: str) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 20)))
    words = text[start:end]
    places = occurrences(text, words)
    for first, last in places:
        assert 0 <= first < last <= len(text)
        assert (
            "".join(text[first:last].split()).lower() == "".join(words.split()).lower()
            or words.strip().isascii() is False
        )
    assert places == sorted(places)
    occurrences(text, other)

    prefix, suffix = text[max(0, start - 32) : start], text[end : end + 32]
    kept = KeptSpan("d", "0" * 64, start, end, prefix, words, suffix)
    assert locate_again(text, kept) == (start, end)
    moved = other + text
    found = locate_again(moved, kept)
    assert found is None or moved[slice(*found)] == words
    times = len(re.findall(f"(?={re.escape(words)})", moved))  # "000" is twice in "0000"
    if other + text != text and moved.count(prefix + words + suffix) == 1 == times:
        assert found == (start + len(other), end + len(other))


@examples
@given(TEXT)
def test_any_question_is_a_search_in_words(question: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61')")
    connection.execute("INSERT INTO words VALUES ('Piet Vask signed it in 1998')")
    words = query_words(question)
    for word in words:
        connection.execute("SELECT rowid, rank FROM words WHERE words MATCH ?", (weighed(word, 1)["words"],)).fetchall()
    connection.close()
    assert all(re.search(r"\w", word) for word in words)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteStore]:
    store = SQLiteStore.create(
        tmp_path_factory.mktemp("properties") / "index.sqlite", Signature("toy", "0" * 64, 3, 100, 10)
    )
    yield store
    store.close()


VALUES = st.text(max_size=10) | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@examples
@given(GOOD_TEXT, NAME, NAME, st.dictionaries(st.text(max_size=10), VALUES, max_size=3))
def test_a_document_comes_back_from_the_data_file_as_it_went_in(
    store: SQLiteStore, text: str, document_id: str, collection: str, metadata: dict[str, str | int | float | bool]
) -> None:
    kept = Document(document_id, "T", text, metadata=metadata)
    store.put(kept, [Chunk(0, len(text))], np.ones((1, 3), np.float32), collection)
    with store.view(SEES_ALL) as snapshot:
        found = snapshot.document(document_id, collection)
        assert (found, found.sha256) == (kept, kept.sha256)
        (only,) = snapshot.chunks_of(document_id, collection)
        assert (only.text, found.text[only.start : only.end]) == (text, text)
    store.delete(document_id, collection)


@examples
@given(NAME)
def test_an_id_comes_back_from_its_path(document_id: str) -> None:
    for call in (document(document_id), delete(document_id)):
        assert isinstance(call, Call)
        path = call.path.removeprefix("/v1/documents/")
        assert path.isascii()
        assert unquote(path) == document_id
        assert not {".", ".."} & set(path.split("/"))


@examples
@given(TEXT, st.sampled_from(["", "\ufeff"]))
@example("Low water is at nine.\n\x1a", "")
def test_plain_text_is_indexed_as_it_is(text: str, mark: str) -> None:
    try:
        parsed = parse((mark + text).encode(), "a.txt", "text/plain")
    except DocumentError:  # a blank one, and one with control characters
        assume(False)
    without_mark = text if mark else text.removeprefix("\ufeff")
    assert parsed.text == without_mark.rstrip("\x1a")  # with which DOS ended its files
