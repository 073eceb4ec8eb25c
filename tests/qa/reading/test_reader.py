"""The shipped reader: pinned answers, long passages, and the same reading alone and in company."""

import math
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from index.errors import ModelError, QuestionError
from qa.reading import reader as reader_module
from qa.reading.reader import TransformersReader

pytestmark = pytest.mark.slow

SIGNED = "The treaty was signed in Lisbon on 4 May 1901 by Queen Amelia, who had opposed it for years."


def best(reader: TransformersReader, question: str, passage: str) -> str:
    span = reader.read(question, [passage])[0].spans[0]
    return passage[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where was the treaty signed?", "Lisbon"),
        ("When was it signed?", "4 May 1901"),
        ("who signed it", "Queen Amelia"),
    ],
)
def test_pinned_answers(reader: TransformersReader, question: str, answer: str) -> None:
    assert best(reader, question, SIGNED) == answer


def test_offsets_are_characters_of_the_passage(reader: TransformersReader) -> None:
    assert best(reader, "Where was the treaty signed?", "🐝👩‍👧 Ünïcode\r\n\r\n  " + SIGNED) == "Lisbon"
    combining = best(reader, "Where was it signed?", "The treaty was signed in Ta\u0301bor Žďár in May.")
    assert combining.removeprefix("in ") in ("Ta\u0301bor Žďár", "Ta\u0301bor")


def test_letters_with_a_stroke_are_read_as_people_type_them_and_keep_their_places(reader: TransformersReader) -> None:
    passage = "The bosun is Günther Weiß. The engineer is Łukasz Żółć of Ærø."
    (reading,) = reader.read("Where is Lukasz Zolc from?", [passage])
    (typed,) = reader.read(
        "Where is Lukasz Zolc from?", ["The bosun is Gunther Weiss. The engineer is Lukasz Zolc of Aero."]
    )
    assert passage[reading.spans[0].start : reading.spans[0].end] == "Ærø"
    assert reading.spans[0].score == pytest.approx(typed.spans[0].score, abs=1e-4)


def test_a_code_in_the_question_is_read_as_the_passage_spells_it(reader: TransformersReader) -> None:
    passage = ["Error E-417 means that valve 19 is stuck."]
    glued, spelled = reader.read("What does E417 mean?", passage), reader.read("What does E-417 mean?", passage)
    assert glued == spelled


def test_long_passages_are_read_to_their_end(reader: TransformersReader) -> None:
    filler = "The committee met again and nothing of note was said about anything at all. "
    assert best(reader, "Where was the treaty signed?", filler * 60 + SIGNED) == "Lisbon"


def test_a_silent_passage_scores_below_one_that_answers(reader: TransformersReader) -> None:
    silent, telling = reader.read("Where was the treaty signed?", ["Bees make honey from nectar in summer.", SIGNED])
    assert telling.spans[0].score > silent.spans[0].score + 10
    assert telling.spans[0].score - telling.null_score > silent.spans[0].score - silent.null_score


def test_readings_dont_depend_on_the_company(reader: TransformersReader) -> None:
    passages = [SIGNED, "Bees make honey. " * 20, "Short.", SIGNED * 3, "x", SIGNED + " More."] * 4
    together = reader.read("Where was the treaty signed?", passages)
    for passage, reading in zip(passages, together, strict=True):
        alone = reader.read("Where was the treaty signed?", [passage])[0]
        assert [(s.start, s.end) for s in alone.spans[:1]] == [(s.start, s.end) for s in reading.spans[:1]]
        assert alone.null_score == pytest.approx(reading.null_score, abs=1e-3)


def test_batches_give_the_readings_of_all_at_once_and_each_when_its_last_window_is_read(
    reader: TransformersReader,
) -> None:
    filler = "The committee met again and nothing of note was said about anything at all. "
    passages = ["Short.", filler * 60 + SIGNED, *[SIGNED * (i + 1) for i in range(10)], ""]
    question = "Where was the treaty signed?"
    batches = list(reader.read_in_batches(question, passages))
    # the long one has 1,000 tokens or so, hence three or four windows of at most 384; 12 more make four batches of 4
    assert len(batches) == 4
    assert 1 in batches[0]
    assert {0, 12} <= set(batches[3])
    assert sum(map(len, batches)) == 13
    together = {number: reading for batch in batches for number, reading in batch.items()}
    assert [together[i] for i in range(13)] == reader.read(question, passages)
    started = reader.read_in_batches(question, passages)
    next(started)
    assert best(reader, question, SIGNED) == "Lisbon"  # what is half read keeps nobody from reading
    started.close()


def test_candidates_read_together_are_told_apart(reader: TransformersReader) -> None:
    text = "Swimming pool. Opening hours. The pool opens at nine.\n\nSwimming pool. Towels are two crowns.\n\n"
    nine, crowns = ((text.index(words), text.index(words) + len(words)) for words in ("nine", "two crowns"))
    opens = reader.compare("When does the pool open?", text, [nine, crowns])
    assert opens.scores[0] > max(opens.scores[1], opens.null_score)
    costs = reader.compare("How much are towels?", text, [nine, crowns])
    assert costs.scores[1] > max(costs.scores[0], costs.null_score)
    neither = reader.compare("Who founded the abbey?", text, [nine, crowns])
    assert neither.null_score > max(neither.scores)


def test_a_candidate_beyond_the_first_window_scores_nothing(reader: TransformersReader) -> None:
    text = "The ferry sails at noon. " * 100
    comparison = reader.compare("When does the ferry sail?", text, [(19, 23), (len(text) - 6, len(text) - 2)])
    assert math.isfinite(comparison.scores[0])
    assert comparison.scores[1] == -math.inf


@pytest.mark.parametrize(("question", "text", "says"), [
    ("Is it open on Sundays?", "Baths. Hours. It is closed on Sundays.", "no"),
    ("do i have to pay for the key", "Baths. Lockers. The key costs nothing.", "no"),
    ("do i have to put something on my head", "Rules of the baths. Lessons. A cap must be worn.", "yes"),
])  # fmt: skip
def test_what_a_clause_says_to_a_question(reader: TransformersReader, question: str, text: str, says: str) -> None:
    yes = reader.decide(question, text)
    assert yes > 0.7 if says == "yes" else yes < 0.3


def _without(name: str, folder: Path) -> TransformersReader:
    for file in reader_module.SHIPPED_READER.iterdir():
        if file.name != name:
            (folder / file.name).symlink_to(file)
    return TransformersReader(str(folder))


def test_a_reader_without_the_files_compares_and_decides_nothing_and_reads_the_same(
    reader: TransformersReader, tmp_path: Path
) -> None:
    plain = _without(reader_module.COMPARER_FILE, tmp_path)
    assert plain.compare("When does it open?", "It opens at nine.", [(12, 16)]) is None
    assert plain.read("Where was it signed?", [SIGNED]) == reader.read("Where was it signed?", [SIGNED])
    assert plain.decide("Does it open?", "It opens at nine.") == reader.decide("Does it open?", "It opens at nine.")
    assert plain.sha256 != reader.sha256
    (tmp_path / reader_module.DECIDER_FILE).unlink()
    assert TransformersReader(str(tmp_path)).decide("Does it open?", "It opens at nine.") is None


@pytest.mark.parametrize(("name", "method", "arguments"), [
    ("comparer.safetensors", "compare", ("When?", "At nine.", [(3, 7)])),
    ("decider.safetensors", "decide", ("At nine?", "At nine.")),
])  # fmt: skip
def test_a_file_without_all_weights_is_named(name: str, method: str, arguments: tuple, tmp_path: Path) -> None:
    _without(name, tmp_path)
    weights = load_file(reader_module.SHIPPED_READER / name)
    save_file({"qa_outputs.bias": weights["qa_outputs.bias"]}, tmp_path / name)
    with pytest.raises(ModelError, match=rf"{name} has no weights for bert\.encoder\.layer\.0"):
        getattr(TransformersReader(str(tmp_path)), method)(*arguments)
    (tmp_path / name).write_bytes(b"torn")
    with pytest.raises(ModelError, match="can't be loaded"):
        getattr(TransformersReader(str(tmp_path)), method)(*arguments)


def test_tokens_are_counted_without_the_marks_around_them(reader: TransformersReader) -> None:
    assert reader.count_tokens(["Bees make honey.", "Who?"]) == 4 + 2
    assert reader.count_tokens([]) == 0


def test_no_passages_no_readings(reader: TransformersReader) -> None:
    assert reader.read("Anything?", []) == []


def test_blank_and_odd_passages_give_no_span_or_a_slice(reader: TransformersReader) -> None:
    for passage in ["", " \n", "🐝🐝🐝", "\u202bشرح\u202c", "\ufeffx"]:
        reading = reader.read("Where?", [passage])[0]
        assert all(0 <= span.start < span.end <= len(passage) for span in reading.spans)


def test_too_long_a_question_says_how_long(reader: TransformersReader) -> None:
    with pytest.raises(QuestionError, match="has 200 tokens; at most 128 are read: ask in fewer words"):
        reader.read("word " * 200, ["x"])


def test_the_model_card_names_the_shipped_weights() -> None:
    described = (reader_module.SHIPPED_READER / "MODEL.md").read_text()
    for file, sha256 in reader_module.SHIPPED_SHA256.items():
        assert f"`{file}`" in described
        assert f"`{sha256}`" in described


def test_readers_that_cant_be_used_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        TransformersReader("./nowhere")
    for file in reader_module.SHIPPED_SHA256:
        with monkeypatch.context() as changed:
            changed.setitem(reader_module.SHIPPED_SHA256, file, "0" * 64)
            with pytest.raises(ModelError, match="not the published ones"):
                TransformersReader()
