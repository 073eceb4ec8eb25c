"""A question that leaves out what the one before it says is the whole question, and gets its answer."""

import pytest

from index.documents import Document
from index.storage.principals import SEES_ALL
from qa.answering.ellipsis import completed
from qa.answering.forms.form import Form
from qa.answering.questions import Turn
from qa.assembly import Engine, filter_of


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("Is the pool open on Saturdays?", "and on Sundays?", "Is the pool open on Sundays?"),
        ("Is the pool open on Saturdays", "And Sundays, too?", "Is the pool open on Sundays?"),
        ("Is the pool open on Saturdays?", "what about the sauna?", "Is the sauna open on Saturdays?"),
        ("Is the pool open on Saturdays in winter?", "and in summer?", "Is the pool open on Saturdays in summer?"),
        ("Can I bring a dog into the garden?", "What about cats?", "Can I bring cats into the garden?"),
        ("Are dogs allowed?", "and cats", "Are cats allowed?"),
        ("Are dogs allowed?", "In the garden?", "Are dogs allowed in the garden?"),
        ("Is smoking allowed in the rooms?", "And on the balcony?", "Is smoking allowed on the balcony?"),
        ("Is breakfast served in the hall?", "on Sundays too?", "Is breakfast served in the hall on Sundays?"),
        ("May I enter with a dog?", "Without a leash?", "May I enter with a dog without a leash?"),
        ("Can I pay by card?", "and by cheque?", "Can I pay by cheque?"),
        ("Is parking free?", "And online?", "Is parking free online?"),
        ("Is parking free?", "and who pays?", None),
        ("Is parking free?", "And if it rains?", None),
        ("Is parking free?", "and then there?", None),
        ("Is parking free?", "refund policy", None),  # no follow-up
        ("Is parking free?", "best place then?", None),
        ("Is parking free? I come by car.", "and on Sundays?", None),
        ("Can it be had?", "and cats?", None),  # nothing that cats could stand for
    ],
)
def test_a_question_for_yes_or_no(earlier: str, question: str, whole: str | None) -> None:
    assert completed(question, [Turn(earlier)]) == whole
    assert completed(question, []) is None


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("What does the P-7 weigh?", "And of the P-9?", "What does the P-9 weigh?"),
        ("What does the P-7 weigh?", "and what about P 9", None),  # "P 9" isn't typed as a code is
        ("What does the KS 8 weigh?", "and what about the KS 3", "What does the KS 3 weigh?"),
        ("What does E12 mean?", "what about E14?", "What does E14 mean?"),
        ("What does the P-7 weigh?", "And what does the P-9 cost?", None),
        ("What does the P-7 weigh?", "And is it lighter than the P-9?", None),
        ("What does the P-7 weigh?", "And the hose?", None),
        ("What does the P-7 weigh?", "And of the P-7?", None),
        ("What does the pump weigh?", "And of the P-9?", None),
        ("Does P-7 fit P-8?", "And P-9?", None),
        ("What does the P-7 weigh?", "P-9", None),
    ],
)
def test_a_question_that_only_names_another_code_is_the_last_one_on_it(
    earlier: str, question: str, asked: str | None
) -> None:
    assert completed(question, [Turn(earlier, "4 kg")]) == asked
    assert completed(question, []) is None


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("When is the lock open in summer?", "And in winter?", "When is the lock open in winter?"),
        ("What is a berth for members on Sundays?", "and for guests?", "What is a berth for guests on Sundays?"),
        ("How much does the Harbour Pass cost?", "what about the Quay Card", "How much does the Quay Card cost?"),
        ("What is the default of log.level?", "what about log.format", "What is the default of log.format?"),
        ("default of log.level", "And `max_size`?", "default of `max_size`"),
        ("default of log.level", "And log.format of the server?", None),
        ("How much does the pass cost?", "And the Quay Card?", None),  # it names nothing in capitals
        ("Who sold Teal to Ida?", "And Eider?", None),  # it may stand for either
        ("What is the toll in May in Lund?", "And in June?", None),
        ("How long is the lock?", "And the quay?", None),
        ("How many of the boats are let?", "And of the huts?", None),
        ("When is it open in summer?", "And who opens it in winter?", None),  # asks by itself
        ("When is it open in summer?", "In winter?", None),  # may be anything
        ("When is it open in summer?", "And?", None),
        ("When is the pool open?", "and on Sundays?", None),
        ("How much is shipping for 5 kg?", "And for 2.5 kg?", "How much is shipping for 2.5 kg?"),
        ("Who teaches at 8:30?", "and at 9:45?", "Who teaches at 9:45?"),
        ("What does it cost for adults?", "and for  under-16s?", "What does it cost for under-16s?"),
        ("What is the fee for £500?", "and for £1,200?", "What is the fee for £1,200?"),
        ("What is the fee for 5%?", 'and for "10%"?', "What is the fee for 10%?"),
        ("Who sings in the hall on 3.4.2025?", "And on 1.5.2025?", "Who sings in the hall on 1.5.2025?"),
        ("When is the service in St. Mary's?", "and in St. John's?", "When is the service in St. John's?"),
        ("When does St. Mary's open?", "and St. John's?", "When does St. John's open?"),
        ("How long is the Eider 4.5?", "And the Teal 3.5?", "How long is the Teal 3.5?"),
    ],
)
def test_a_question_that_only_names_another_thing_is_the_last_one_on_it(
    earlier: str, question: str, asked: str | None
) -> None:
    assert completed(question, [Turn(earlier, "4 kg")]) == asked
    assert completed(question, []) is None


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        (
            "How many seats does the small hall have?",
            "and the large hall?",
            "How many seats does the large hall have?",
        ),
        ("How long is a piano lesson?", "and a guitar lesson?", "How long is a guitar lesson?"),
        ("When is the annual fee due?", "what about the locker fee?", "When is the locker fee due?"),
        ("When is the north gate open?", "And South gate?", "When is the South gate open?"),
        ("What is the two-day ticket?", "And the one-day ticket?", "What is the one-day ticket?"),
        ("Does the ticket cover the north gate?", "And the south gate?", "Does the ticket cover the south gate?"),
        ("How big is the AquaPro 500?", "what about the 300?", "How big is the AquaPro 300?"),
        ("Does Bus 4 leave at 9?", "and the 10?", "Does Bus 10 leave at 9?"),
        ("Does Bus 4 leave daily?", "and 10?", "Does Bus 10 leave daily?"),
        ("Who drives Bus 4 at 9?", "and 10?", None),  # it may stand for either
        ("How big are the AquaPro 500 and the Eider 40?", "and the 300?", None),
        ("How big is the tank of 500 litres?", "and the 300?", None),
        ("When is the north gate open?", "And the gate?", None),
        ("When is the north gate open?", "And the other gate?", None),
        ("When is the north gate open?", "And the north gate?", None),
        ("When is the north gate open?", "And the lock of the gate?", None),
        ("Which gate is next to the south gate?", "And the north gate?", None),
        ("The north gate is shut. When does it open?", "And the south gate?", None),
        ("Where is the hall?", "And the hall fee?", None),
        ("How many seats does the small hall have?", "and the big one?", "How many seats does the big hall have?"),
        ("When is the swimming pool open?", "and the indoor one?", "When is the indoor pool open?"),
        ("Is the north gate closed in May?", "What about the south one?", "Is the south gate closed in May?"),
        ("Is the north gate closed in May?", "And the other one?", None),
        ("Is the north gate closed in May?", "And the north one?", None),
        ("Can members use the large hall?", "and the small one?", None),
        ("Can the dog use the large hall?", "and the small one?", None),
        ("When does the late shift start?", "and the early one?", None),  # "shift" may be what it does
        ("What is at stake in this case?", "And the other case?", None),
    ],
)
def test_another_thing_with_a_noun_of_the_last_question_takes_its_place(
    earlier: str, question: str, whole: str | None
) -> None:
    assert completed(question, [Turn(earlier)]) == whole
    assert completed(question, []) is None


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("When was the tower built?", "and where?", "Where was the tower built?"),
        ("When was the tower built", "Where was that?", "Where was the tower built?"),
        ("When was the tower built?", "where was it?", "Where was the tower built?"),
        ("When was the tower built?", "And by whom?", "By whom was the tower built?"),
        ("What time does the choir meet?", "how often", "How often does the choir meet?"),
        ("Is the hall closed in May?", "why?", "Why is the hall closed in May?"),
        ("Do crews have to take off their rings?", "Since when?", "Since when do crews have to take off their rings?"),
        ("Can I borrow a book?", "But how long?", "How long can I borrow a book?"),
        ("When was the tower built?", "When?", None),
        ("When was the tower built?", "Where is it?", None),  # the tower
        ("Is the concert free?", "When is it?", None),
        ("When does the choir meet?", "How long is that?", None),  # what it is told
        ("When does the choir meet?", "By whom?", None),
        ("How long is the tunnel?", "why?", None),
        ("Who was elected?", "when?", None),
        ("What happened?", "why?", None),
        ("When was it built?", "where?", None),  # it leans on another itself
        ("Do you know whether the hall is open?", "why?", None),
        ("I come by car. Is parking free?", "why?", None),
        ("Is the hall open?", "why not?", None),
    ],
)
def test_a_bare_question_word_asks_the_last_question_with_it(earlier: str, question: str, whole: str | None) -> None:
    assert completed(question, [Turn(earlier, "in 1880")]) == whole
    assert completed(question, []) is None


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        (["Is the hall open?", "And the tower?"], "Why?", "Why is the tower open?"),
        (["Are dogs allowed?", "And cats?"], "In the garden?", "Are cats allowed in the garden?"),
        (
            ["How much is the Harbour Pass?", "And the Quay Card?"],
            "And the Slip Ticket?",
            "How much is the Slip Ticket?",
        ),
        (["What does the P-7 weigh?", "And of the P-9?"], "And of the P-5?", "What does the P-5 weigh?"),
        (["When is E12 shown in summer?", "And E14?"], "And in winter?", "When is E14 shown in winter?"),
    ],
)
def test_the_question_before_may_be_elliptical_too(earlier: list[str], question: str, whole: str) -> None:
    assert completed(question, list(map(Turn, earlier))) == whole


@pytest.mark.slow
def test_a_question_that_goes_on_gets_the_verdict_of_the_whole_one(fresh: Engine) -> None:
    text = (
        "# The Alder pool\n\nThe pool is open on Saturdays from 9 to 18.\n\nThe pool is closed on Sundays.\n\n"
        "# Rules\n\nDogs aren't allowed in the pool hall. Tickets are sold at the door.\n"
    )
    fresh.indexer.add(Document("pool.md", "The Alder pool", text, media_type="text/markdown"), "default")
    history = [Turn("Is the pool open on Saturdays?", "Yes")]
    answer = fresh.ask(SEES_ALL, "and on Sundays?", filter_of(), history=history)
    assert answer.asked_as == "Is the pool open on Sundays?"
    assert (answer.answers[0].form, answer.answers[0].verdict) == (Form.YES_NO, "no")
    assert answer.answers[0].text == "The pool is closed on Sundays."
    whole = fresh.ask(SEES_ALL, "Is the pool open on Sundays?", filter_of())
    assert (whole.asked_as, whole.answers) == (None, answer.answers)


@pytest.mark.slow
def test_it_names_a_cell_as_the_whole_question_does(fresh: Engine) -> None:
    text = "# Tolls\n\n| Boat | Toll in summer | Toll in winter |\n|---|---|---|\n| Yacht | £12 | £7 |\n| Barge | £30 | £18 |\n"
    fresh.indexer.add(Document("tolls.md", "Tolls", text, media_type="text/markdown"), "default")
    history = [Turn("What is the toll for a barge in summer?", "£30")]
    answer = fresh.ask(SEES_ALL, "And in winter?", filter_of(), history=history)
    assert answer.asked_as == "What is the toll for a barge in winter?"
    assert answer.answers[0].text == "£18"
