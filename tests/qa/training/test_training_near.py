"""Hard negatives: what is near a question and doesn't answer it; not the text that answers it otherwise."""

import re
from pathlib import Path

from index.embedding import SentenceTransformerEmbedder
from qa.training.people.corpus import USER, AskedQuestion, Corpus, Piece, Text
from qa.training.people.near import Near, find_near

FEES = ["The adult fee is £120 a year.", "The adult fee is £135 a year.", "Guests pay £9 a day.", "We row at 6."]


def text(words: str, source: str) -> Text:
    """A text whose pieces stand between bars."""
    return Text(source, "Club", words, tuple(Piece(*part.span(), "") for part in re.finditer(r"[^|]+", words)))


def near(tmp_path: Path, texts: list[str], answer: str, source: str = USER) -> Near:
    start = texts[0].index(answer)
    asked = AskedQuestion(0, "how much do grown-ups pay?", ((start, start + len(answer)),), None)
    corpus = Corpus([text(words, source) for words in texts], [asked])
    (one,) = find_near(corpus, SentenceTransformerEmbedder(), tmp_path / "near.json")
    assert find_near(corpus, SentenceTransformerEmbedder(), tmp_path / "near.json") == [one]  # as it is cached
    return one


def test_the_text_beside_the_question_s_is_no_negative_since_texts_come_in_pairs(tmp_path: Path) -> None:
    assert near(tmp_path, FEES, "£120") == Near(own=(), other=((2, 0), (3, 0)))


def test_what_holds_the_same_answer_is_no_negative_wherever_it_stands(tmp_path: Path) -> None:
    again = [FEES[0], *FEES[2:], "Adults: £120."]
    assert near(tmp_path, again, "£120").other == ((2, 0),)


def test_other_pieces_of_the_question_s_own_text_are_negatives(tmp_path: Path) -> None:
    own = [f"{FEES[0]}|{FEES[2]}", *FEES[2:]]
    assert near(tmp_path, own, "£120").own == ((0, 1),)


def test_of_other_sources_the_text_beside_it_is_one_since_it_is_on_the_same_subject(tmp_path: Path) -> None:
    assert (1, 0) in near(tmp_path, FEES, "£120", source="squad").other
