"""Plain yes/no questions, and clauses that say "only", "except", "closed" or "not" without denying what is asked."""

import pytest
from shape_support import shaped

from qa.answering.forms.asked_part import asked_part
from qa.answering.forms.days import relation_to_days
from qa.answering.forms.limits import relation_to_limit
from qa.answering.forms.verdicts import verdict_of


@pytest.mark.parametrize(
    ("question", "clause", "verdict"),
    [
        # a limit, from the side that it allows
        ("Can I take a boat out at 7:30?", "Boats must not be taken out before 7:00.", "yes"),
        ("Can I take a boat out at 6:30?", "Boats must not be taken out before 7:00.", "no"),
        ("Can children be dropped off at 8:00?", "Children can be dropped off from 8:20 on, not before.", "no"),
        ("Do I need a receipt for 30 euros?", "A receipt is not needed below 20 euros.", "yes"),
        ("Can I take 3 tablets a day?", "Do not take more than 4 tablets a day.", "yes"),
        ("Can I attach a file of 20 MB?", "Attachments over 25 MB are rejected.", "yes"),
        ("Can I attach a file of 30 MB?", "Attachments over 25 MB are rejected.", "no"),
        ("Can I set it to 98 °C?", "The temperature can be set between 86 and 96 °C.", "no"),
        ("Can I set it to 90 °C?", "The temperature can be set between 86 and 96 °C.", "yes"),
        ("Can I stay 20 nights?", "The maximum stay is 14 nights.", "no"),
        ("Is a password of 14 characters enough?", "The minimum password length is 12 characters.", "yes"),
        # days and months
        ("Is the pool open on Tuesdays?", "The pool is closed on Mondays.", "yes"),
        ("Is the pool open on Mondays?", "The pool is closed on Mondays.", "no"),
        ("Is the office open on Wednesday?", "The office is open Monday to Friday.", "yes"),
        ("Is the office open on Saturday?", "The office is open Monday to Friday.", "no"),
        ("Is there a market on Friday?", "The market takes place every Thursday.", "no"),
        ("Does the bus run on Mondays?", "The bus doesn't run on Sundays and public holidays.", "yes"),
        ("Is glass collected in November?", "Glass is not collected in December.", "yes"),
        ("Do I need a lifejacket in June?", "Lifejackets are not compulsory between April and October.", "no"),
        ("Do I need a lifejacket in December?", "Lifejackets are not compulsory between April and October.", "yes"),
        ("Is the library open on Mondays?", "The library is open daily, except on Sundays.", "yes"),
        # "only"
        ("Is the office open on Mondays?", "The office is open only on Mondays.", "yes"),
        ("Is the office open on Tuesdays?", "The office is open only on Mondays.", "no"),
        ("Is the bar open on Saturdays?", "The bar is open on Friday and Saturday evenings only.", "yes"),
        ("Can members use the gym?", "Only members may use the gym.", "yes"),
        ("May visitors park in the yard?", "Only residents may park in the yard.", "no"),
        ("Is the pool open to members?", "The pool is open not only to members.", "yes"),
        # an exception, and what isn't excepted
        ("Are guide dogs allowed?", "Dogs are not allowed, except guide dogs.", "yes"),
        ("Are dogs allowed?", "Dogs are not allowed, except guide dogs.", "no"),
        ("May children use the pool on Fridays?", "Children may use the pool, except on Fridays.", "no"),
        (
            "Is the ticket refunded if the event is cancelled?",
            "Tickets aren't refunded, unless the event is cancelled.",
            "yes",
        ),
        # two halves
        ("Are vegan meals available?", "Vegetarian meals are available, vegan ones are not.", "no"),
        ("Are scans accepted?", "Photocopies are not accepted; scans are.", "yes"),
        ("Are photocopies accepted?", "Photocopies are not accepted; scans are.", "no"),
        ("Do children need a swimming cap?", "Adults need a swimming cap; children don't.", "no"),
        # what nothing may be done without
        ("Do I need a ticket?", "No entry without a ticket.", "yes"),
        ("Do I have to wear a helmet?", "Nobody is admitted without a helmet.", "yes"),
        ("Do I need a ticket?", "You get in without a ticket.", "no"),
        # what isn't forbidden
        ("Can I have a cat?", "Cats are not banned.", "yes"),
        ("Are open fires allowed?", "Open fires aren't prohibited.", "yes"),
        ("Can I sublet a room?", "There is no objection to subletting a room.", "yes"),
        # whoever isn't one of those who alone may
        ("Can non-members use the sauna?", "Only members can use the sauna.", "no"),
        ("I'm not a member. Can I use the sauna?", "Only members can use the sauna.", "no"),
        ("Can members use the sauna?", "Only members can use the sauna.", "yes"),
        ("Can non-residents park here?", "Parking here is reserved for residents.", "no"),
        ("Can non-members hire a court?", "Members may hire a court.", None),
        ("Can members bring guests?", "Non-members may not bring guests.", None),
        ("Can non-members bring guests?", "Non-members may not bring guests.", "no"),
        # what used to be so
        ("Are dogs allowed?", "Dogs used to be allowed but no longer are.", "no"),
        ("Are dogs allowed?", "Dogs were once allowed but aren't now.", "no"),
        ("Is smoking allowed?", "Smoking used to be allowed.", "no"),
        ("Are dogs allowed?", "Dogs used to be banned but are now allowed.", "yes"),
        ("Are dogs allowed?", "Dogs used to be banned but no longer are.", "yes"),
        ("Do tickets cover the bus?", "Tickets used to cover the bus, but they don't any more.", "no"),
        ("May hoses be used to fill butts?", "Hoses may be used to fill butts.", "yes"),
        # somebody alone is without company
        ("Can my 6 year old swim alone?", "Children under 8 may not swim without an adult.", "no"),
        ("Can my 9 year old swim alone?", "Children under 8 may not swim without an adult.", "yes"),
        ("Can pupils leave on their own?", "Pupils may not leave without a teacher.", "no"),
        # an exception in the middle or in front of its rule, or in a series
        ("Do I need permission for a dog?", "Pets other than dogs do not need permission.", "yes"),
        ("May staff ring the bell?", "Nobody except staff may ring the bell.", "yes"),
        ("May guests ring the bell?", "Nobody except staff may ring the bell.", "no"),
        ("Are cats allowed?", "Apart from guide dogs, no animals are allowed.", "no"),
        ("Are guide dogs allowed?", "Apart from guide dogs, no animals are allowed.", "yes"),
        ("Is the museum open on Mondays?", "The museum is open every day but Monday.", "no"),
        ("Is the museum open on Tuesdays?", "The museum is open every day but Monday.", "yes"),
        # an exception with a limit
        ("Can I send a parcel of 8 kg?", "Parcels aren't accepted unless they weigh less than 5 kg.", "no"),
        ("Can I send a parcel of 3 kg?", "Parcels aren't accepted unless they weigh less than 5 kg.", "yes"),
        ("Are 3 hours in the train refunded?", "Trains aren't refunded except for more than 4 hours.", "no"),
        ("Are 5 hours in the train refunded?", "Trains aren't refunded except for more than 4 hours.", "yes"),
        # a limit to what there is, and to how many come
        ("Is there a discount on 20 units?", "Discounts are given on orders above 50 units.", "no"),
        ("Is there a discount on 60 units?", "Discounts are given on orders above 50 units.", "yes"),
        ("Can a group of six book the hall?", "Groups of more than ten can book the hall.", "no"),
        ("Can the six of us book the hall?", "Up to four people can book the hall.", "no"),
    ],
)
def test_a_clause_is_read_from_the_side_that_is_asked(question: str, clause: str, verdict: str | None) -> None:
    assert verdict_of(question, clause) == verdict


@pytest.mark.parametrize(
    ("question", "clause", "part"),
    [
        ("Can I hire a swimsuit?", "Towels may be hired, swimsuits may not.", "swimsuits may not be hired"),
        ("Can I hire a towel?", "Towels may be hired, swimsuits may not.", "Towels may be hired"),
        ("Can I hire a boat?", "Towels may be hired, swimsuits may not.", "Towels may be hired, swimsuits may not."),
        ("Can guests row?", "Only members may row.", "Only members may row."),
        (  # both halves have words of it
            "Do members get a towel?",
            "Members may use the pool; a towel is not included.",
            "Members may use the pool; a towel is not included.",
        ),
        ("Is a towel included?", "Members may use the pool; a towel is not included.", "a towel is not included."),
        ("Can members row?", "Only members row, except on Sundays.", "members row"),
        ("May I row on Sundays?", "Only members row, except on Sundays.", "Only members row, except on Sundays."),
        (
            "I am a member since last year, so may I take a towel out?",  # a story
            "Only members may take towels; guests may not.",
            "Only members may take towels; guests may not.",
        ),
    ],
)
def test_the_part_that_is_asked(question: str, clause: str, part: str) -> None:
    assert asked_part(question, clause) == part


@pytest.mark.parametrize(
    ("question", "clause", "relation"),
    [
        ("Is it open on Tuesdays?", "It is closed on Mondays.", "outside"),
        ("Is it open at the weekend?", "It opens on Saturdays and Sundays.", "inside"),
        ("Is it open on Saturday?", "It opens at 9 on Mondays, and at 10 on the other days.", None),
        ("Is it open on Monday and Friday?", "It opens on Mondays.", None),
        ("May I row in March?", "Rowing is allowed from November to April.", "inside"),
        ("May I row in July?", "Rowing is allowed from November to April.", "outside"),
        ("May I row?", "Rowing is allowed from May to July.", None),
    ],
)
def test_where_days_and_months_lie(question: str, clause: str, relation: str | None) -> None:
    assert relation_to_days(question, clause) == relation


def test_an_amount_between_two() -> None:
    assert relation_to_limit("Is 98 °C fine?", "Set it between 86 and 96 °C.") == "beyond"
    assert relation_to_limit("Is 5 bar fine?", "It was made between 1990 and 1995.") is None


def test_the_answer_stays_the_whole_sentence() -> None:
    text = "Photocopies are not accepted; scans are."
    found, words = shaped("Are scans accepted?", text, text)
    assert (found.verdict, words) == ("yes", text)
