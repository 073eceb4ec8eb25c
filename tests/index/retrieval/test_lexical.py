"""The words of a question, as the full-text index is asked for them."""

import pytest

from index.retrieval.lexical import Lexical, word_query


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who signed the directive?", '"signed" OR "directive"'),
        ('a "quoted" NEAR(word* -x)', '"quoted" OR "near" OR "word" OR "x"'),
        ("what is it?", ""),
        ("🐝🐝", ""),
        ("مَن وقّع؟", '"م" OR "ن" OR "وق" OR "ع"'),
        ("MS-13 MS-13", '"ms" OR "13"'),
    ],
)
def test_a_questions_words_are_quoted_and_said_once(question: str, words: str) -> None:
    assert word_query(question) == words


@pytest.mark.parametrize("context", [-0.1, float("nan"), float("inf")])
def test_a_weight_of_the_context_that_is_no_weight_is_refused(context: float) -> None:
    with pytest.raises(ValueError, match="weight of a chunk's context is .*: it must be 0 or more and finite"):
        Lexical(context)
