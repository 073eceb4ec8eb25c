"""Which answers are given, in which order, from which places: on passages and readings made by hand."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from support import CALIBRATION

from index.retrieval.passages import Passage
from qa.answering.calibration import Calibration
from qa.answering.ranking import Candidate, RankedAnswer
from qa.answering.ranking import rank as ranked
from qa.reading.spans import Comparison, Reading, Span


def rank(
    passages: list[Passage], readings: list[Reading], calibration: Calibration = CALIBRATION
) -> list[RankedAnswer]:
    return ranked(passages, readings, calibration)


def passage(document: int, start: int, text: str, score: float = 0.1) -> Passage:
    return Passage(f"d{document}", start, start + len(text), text, 1, {"fused": score, "dense": 0.5, "bm25": 1.0})


def span(text: str, words: str, score: float) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), score)


def read(text: str, null: float, **scores: float) -> Reading:
    return Reading(tuple(span(text, words.replace("_", " "), score) for words, score in scores.items()), null)


def test_offsets_are_the_documents() -> None:
    text = "It was signed by Ada."
    (answer,) = rank([passage(1, 100, text)], [read(text, 0.0, Ada=5.0)])
    candidate = answer.candidates[0]
    assert (candidate.start, candidate.end, candidate.text, candidate.margin) == (117, 120, "Ada", 5.0)


def test_the_better_retrieved_passage_wins_between_equal_readings() -> None:
    one, two = "Ada wrote it.", "Bob wrote it."
    passages = [passage(1, 0, one, 0.10), passage(2, 0, two, 0.17)]
    answers = rank(passages, [read(one, 0.0, Ada=6.0), read(two, 0.0, Bob=5.5)])
    difference = 6.0 - 5.5 - CALIBRATION.signal_weights["fused"] * 0.07
    assert difference < 0
    assert [answer.candidates[0].text for answer in answers] == ["Bob", "Ada"]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("“not for sale", "not for sale"),
        ("not for sale”", "not for sale"),
        ("“not for sale”", "“not for sale”"),
        ("(said twice", "said twice"),
        ("sale” (said twice)", "sale” (said twice)"),
    ],
)
def test_a_mark_without_its_partner_is_left_out(words: str, kept: str) -> None:
    text = "It is “not for sale” (said twice)."
    start = text.index(words)
    (answer,) = rank([passage(1, 7, text)], [Reading((Span(start, start + len(words), 5.0),), 0.0)])
    candidate = answer.candidates[0]
    assert candidate.text == kept == text[candidate.start - 7 : candidate.end - 7]


def test_silent_passages_dont_vote_an_answer_down() -> None:
    text, silent = "Ada wrote it.", "Nothing of the sort."
    alone = rank([passage(1, 0, text)], [read(text, 0.0, Ada=6.0)])
    crowd = [passage(i, 0, silent) for i in range(2, 21)]
    among = rank([passage(1, 0, text), *crowd], [read(text, 0.0, Ada=6.0)] + [Reading((), 30.0)] * 19)
    assert [(a.candidates[0].text, a.confidence) for a in among] == [
        (a.candidates[0].text, a.confidence) for a in alone
    ]


def test_overlapping_chunks_and_spans_give_one_answer() -> None:
    text = "Signed by Ada Lovelace in May."
    first, second = passage(1, 0, text), passage(1, 10, text[10:])
    readings = [read(text, 0.0, Ada=4.0, Ada_Lovelace=5.0), read(text[10:], 0.0, Ada_Lovelace=4.5, May=1.0)]
    answers = rank([first, second], readings)
    assert [[(c.start, c.end, c.text) for c in answer.candidates] for answer in answers] == [
        [(10, 22, "Ada Lovelace")],
        [(26, 29, "May")],
    ]


def test_the_same_answer_in_several_documents_is_told_once_with_every_place() -> None:
    one, two = "It was the Cat.", "A cat, then."
    answers = rank([passage(1, 0, one), passage(2, 50, two)], [read(one, 0.0, the_Cat=6.0), read(two, 0.0, cat=5.0)])
    assert [[(c.passage.document_id, c.text) for c in answer.candidates] for answer in answers] == [
        [("d1", "the Cat"), ("d2", "cat")]
    ]


def test_the_share_of_the_questions_words_that_a_passage_has_is_evidence() -> None:
    weights = replace(CALIBRATION, intercept=0.0, coefficients={"overlap": 1.0})
    text = "Ada wrote it in Lisbon."
    told = replace(passage(1, 0, text), context="The novel of the sea")
    asked = "Who wrote the novel, and in which harbour?"  # of novel, wrote, harbour the text has one, its title another
    (answer,) = ranked([told], [read(text, 0.0, Ada=5.0)], weights, question=asked)
    assert answer.confidence == pytest.approx(1 / (1 + math.exp(-2 / 3)))
    (nothing_asked,) = ranked([told], [read(text, 0.0, Ada=5.0)], weights)
    assert nothing_asked.confidence == 0.5


def test_a_heading_like_the_question_is_evidence() -> None:
    weights = replace(CALIBRATION, intercept=-1.0, coefficients={"heading": 2.0}, lone_lead=0.0)
    text = "## Wi-fi\n\nAsk at the desk.\n\n## Lost cards and keys\n\nRing 222."
    faq = replace(passage(1, 0, text), context="Library")

    def confidence(question: str, words: str) -> float | None:
        reading = Reading((span(text, words, 5.0),), 0.0)
        return ranked([faq], [reading], weights, question=question)[0].confidence

    def logistic(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    # the question has {wi-fi}, which is all that the heading has; then {lost, card}, two of the heading's three
    assert confidence("Is there wifi?", "Ask") == pytest.approx(logistic(-1 + 2))
    assert confidence("Lost my card", "Ring 222") == pytest.approx(logistic(-1 + 2 * 2 / 3))
    assert confidence("Lost my card", "Ask") == pytest.approx(logistic(-1))
    below = replace(faq, text=text[10:], context="Library\nWi-fi")  # the heading is no part of the passage
    (answer,) = ranked([below], [Reading((span(below.text, "Ask", 5.0),), 0.0)], weights, question="Is there wifi?")
    assert answer.confidence == pytest.approx(logistic(-1 + 2))


def test_what_stands_below_the_question_itself_is_no_rival_of_another_part_of_it() -> None:
    text = "## If I lose my card?\n\nTell us at once. A new card costs 5 euros.\n\n## Loans\n\nThree weeks."
    scores = read(text, 0.0, Tell_us_at_once=5.0, A_new_card_costs_5_euros=4.0, Three_weeks=3.0)
    asked = "What if I lose my card?"
    answers = ranked([passage(1, 0, text)], [scores], CALIBRATION, question=asked)
    assert [[place.text for place in answer.candidates] for answer in answers] == [["Tell us at once"], ["Three weeks"]]
    assert answers[0].lead == pytest.approx(2.0)
    others = ranked([passage(1, 0, text)], [scores], CALIBRATION, question="What does a card cost?")
    assert [answer.candidates[0].text for answer in others][:2] == ["Tell us at once", "A new card costs 5 euros"]


def test_confidence_is_a_logistic_of_the_winners_own_evidence() -> None:
    coefficients = {"span": 0.1, "margin": 0.5, "fused": 10.0, "lead": 0.2}
    weights = replace(CALIBRATION, intercept=-2.0, coefficients=coefficients)
    one, two = "Ada wrote it.", "Bob wrote it."
    passages = [passage(1, 0, one, 0.10), passage(2, 0, two, 0.10)]
    ada, bob = rank(passages, [read(one, 2.0, Ada=6.0), read(two, 1.0, Bob=3.0)], weights)
    # Ada: -2 + 0.1 · 6 + 0.5 · (6 - 2) + 10 · 0.1 + 0.2 · (6 - 3) = 2.2
    assert ada.confidence == pytest.approx(1 / (1 + math.exp(-2.2)))
    # Bob: -2 + 0.1 · 3 + 0.5 · (3 - 1) + 10 · 0.1 + 0.2 · (3 - 6) = -0.3
    assert bob.confidence == pytest.approx(1 / (1 + math.exp(0.3)))
    (alone,) = rank(passages[:1], [read(one, 2.0, Ada=6.0)], weights)
    # nothing else to lead, which counts as a lead of 2.5: -2 + 0.6 + 2 + 1 + 0.2 · 2.5 = 2.1
    assert alone.confidence == pytest.approx(1 / (1 + math.exp(-2.1)))


def test_as_sure_as_is_asked_for_is_sure_enough() -> None:
    text = "It was signed by Ada."
    (answer,) = rank([passage(1, 0, text)], [read(text, 0.0, Ada=5.0)])
    assert answer.confidence is not None
    assert answer.is_sure(answer.confidence)
    assert not answer.is_sure(math.nextafter(answer.confidence, 1))
    assert answer.places(answer.confidence)


def test_only_places_that_would_be_given_alone_are_cited() -> None:
    one, two = "It was the cat.", "A cat is an animal."
    passages = [passage(1, 0, one, 0.18), passage(2, 50, two, 0.02)]
    (answer,) = rank(passages, [read(one, 0.0, cat=9.0), read(two, 12.0, cat=-4.0)])
    assert len(answer.candidates) == 2
    assert [place.passage.document_id for place in answer.places(0.35)] == ["d1"]


def test_nothing_read_is_nothing_ranked() -> None:
    assert rank([], []) == []


def test_one_fact_in_other_words_is_one_answer_and_no_rival_of_itself() -> None:
    one, two, three = "It cost $50 million.", "It cost fifty million dollars.", "It cost $5 million."
    passages = [passage(1, 0, one), passage(2, 0, two), passage(3, 0, three)]
    readings = [Reading((span(one, "$50 million", 6.0),), 0.0), Reading((span(two, "fifty million dollars", 5.0),), 0.0),
                Reading((span(three, "$5 million", 2.0),), 0.0)]  # fmt: skip
    best, other = rank(passages, readings)
    assert [place.text for place in best.candidates] == ["$50 million", "fifty million dollars"]
    assert (best.lead, other.lead) == (4.0, -4.0)  # 6 - 2: the same fact's 5 doesn't count


def test_a_part_of_two_names_doesnt_bring_them_together() -> None:
    spans = [("Vask", 6.0), ("Jorun Vask", 5.0), ("Erik Vask", 4.0)]
    texts = ["It was Vask.", "It was Jorun Vask.", "It was Erik Vask."]
    passages = [passage(i, 0, text) for i, text in enumerate(texts)]
    readings = [Reading((span(text, *found),), 0.0) for text, found in zip(texts, spans, strict=True)]
    answers = rank(passages, readings)
    assert [[c.text for c in a.candidates] for a in answers] == [["Vask", "Jorun Vask"], ["Erik Vask"]]


CAT, DOG = "A cat sat there.", "A dog sat there."
COMPARING = replace(CALIBRATION, together_weight=0.5)


def compared(calibration: Calibration, **scores: float) -> list[RankedAnswer]:
    """Cat scores 6 and dog 5 in passages of their own; `scores` are those of reading both together, the null score 2."""
    asked = []

    def compare(candidates: Sequence[Candidate]) -> Comparison:
        asked.append([one.text for one in candidates])
        return Comparison(tuple(scores[one.text] for one in candidates), 2.0)

    passages = [passage(1, 0, CAT), passage(2, 0, DOG)]
    answers = ranked(passages, [read(CAT, 0.0, cat=6.0), read(DOG, 0.0, dog=5.0)], calibration, compare=compare)
    assert asked == ([["cat", "dog"]] if calibration.together_weight else [])
    return answers


def test_what_is_read_together_changes_the_order() -> None:
    # cat 6 + 0.5 · (3 - 2) = 6.5, dog 5 + 0.5 · (8 - 2) = 8; what retrieval adds is the same for both
    dog, cat = compared(COMPARING, cat=3.0, dog=8.0)
    assert (dog.candidates[0].text, cat.candidates[0].text) == ("dog", "cat")
    assert (dog.candidates[0].together, cat.candidates[0].together) == (6.0, 1.0)
    assert dog.lead == pytest.approx(1.5)
    assert dog.evidence(dog.candidates[0], dog.lead)["together"] == 6.0


def test_without_a_weight_nothing_is_read_together() -> None:
    cat, _ = compared(CALIBRATION, cat=3.0, dog=8.0)
    assert (cat.candidates[0].text, cat.candidates[0].together) == ("cat", 0.0)


def test_what_did_not_fit_in_counts_as_the_lowest() -> None:
    cat, dog = compared(COMPARING, cat=3.0, dog=-math.inf)
    assert (cat.candidates[0].together, dog.candidates[0].together) == (1.0, 1.0)
    assert cat.lead == pytest.approx(1.0)


def test_of_many_candidates_the_first_few_are_read_together() -> None:
    texts = [f"Number{i} sat there." for i in range(8)]
    passages = [passage(i, 0, text) for i, text in enumerate(texts)]
    readings = [read(text, 0.0, **{f"Number{i}": 9.0 - i}) for i, text in enumerate(texts)]

    def compare(candidates: Sequence[Candidate]) -> Comparison:
        assert [one.text for one in candidates] == [f"Number{i}" for i in range(5)]
        return Comparison((1.0, 2.0, 3.0, 4.0, 20.0), 0.0)

    answers = ranked(passages, readings, COMPARING, compare=compare)
    assert answers[0].candidates[0].text == "Number4"  # 5 + 10
    assert {answer.candidates[0].text: answer.candidates[0].together for answer in answers}["Number7"] == 1.0


def test_a_reader_that_cannot_compare_changes_nothing() -> None:
    plain = ranked([passage(1, 0, CAT)], [read(CAT, 0.0, cat=6.0)], COMPARING)
    assert ranked([passage(1, 0, CAT)], [read(CAT, 0.0, cat=6.0)], COMPARING, compare=lambda _: None) == plain


def test_alone_an_answer_is_read_without_the_others() -> None:
    weighing = replace(COMPARING, intercept=-3.0, coefficients={"together": 0.5})
    _, dog = compared(weighing, cat=8.0, dog=3.0)
    (place,) = dog.candidates
    assert dog.confidence_alone(place) == pytest.approx(1 / (1 + math.exp(2.5)))  # -3 + 0.5 · (3 - 2) = -2.5

    def alone(candidates: Sequence[Candidate]) -> Comparison:
        assert [one.text for one in candidates] == ["dog"]
        return Comparison((10.0,), 2.0)

    assert dog.confidence_alone(place, alone) == pytest.approx(1 / (1 + math.exp(-1.0)))  # -3 + 0.5 · (10 - 2) = 1
    assert dog.confidence_alone(place, lambda _: None) == dog.confidence_alone(place)
    unweighed = replace(dog, calibration=replace(weighing, together_weight=0.0))
    assert unweighed.confidence_alone(place, alone) == dog.confidence_alone(place)
