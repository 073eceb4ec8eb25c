"""Yes or no, from the sentence that is read to the verdict: sanctions, exceptions, other people's duties, other days."""

import pytest

from index.documents import Document
from qa.answering.forms.shaping import shape as shaped_as
from qa.answering.read_verdicts import VerdictReader
from qa.reading.reader import TransformersReader


@pytest.fixture(scope="module")
def reader() -> TransformersReader:
    return TransformersReader()


def verdict_given(reader: TransformersReader, question: str, text: str) -> tuple[str | None, str]:
    """The verdict and its sentence; what is read stands between "<" and ">", or is all of the text."""
    start, end = text.find("<"), text.find(">") - 1
    text = text.replace("<", "").replace(">", "")
    start, end = (start, end) if start >= 0 else (0, len(text))
    document = Document("rules.txt", "", text)
    given = VerdictReader(reader, question)(document, shaped_as(question, document, start, end))
    return given.verdict, text[given.start : given.end]


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("can I leave my bike in the hall?", "Bicycles standing in the hall may be removed at the owner's cost.", "no"),
        ("may I feed the foxes?", "Feeding foxes may lead to the loss of your plot.", "no"),
        ("can I leave my car after closing?", "Cars left after closing may be towed away.", "no"),
        (
            "can I travel without a ticket?",
            "Travelling without a ticket can be punished with a fine of 60 euros.",
            "no",
        ),
        ("is littering ok?", "Littering may result in a fine.", "no"),
        ("can I leave my bag for 1 hour?", "Bags left for longer than 2 hours will be destroyed.", None),
        ("can I leave my bag for 3 hours?", "Bags left for longer than 2 hours will be destroyed.", "no"),
        # what is asked is the sanction, or there is none
        ("will my car be towed away?", "Cars left after closing may be towed away.", "yes"),
        ("is there a charge for late payment?", "Late payment may incur a charge of 5 euros.", "yes"),
        ("can the caretaker remove old furniture?", "Old furniture may be removed by the caretaker.", "yes"),
        ("can the stitches be removed after 2 weeks?", "Stitches may be removed after ten days.", "yes"),
        ("can I pay the fine in cash?", "The fine can be paid in cash.", "yes"),
    ],
)
def test_what_is_punished_is_not_allowed(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert verdict_given(reader, question, text) == (verdict, text)


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("can I take off a colleague's padlock?", "Nobody but the owner takes a padlock off.", "no"),
        (
            "he went home with his padlock on the saw. may I cut it off?",
            "Nobody but the owner takes a padlock off.",
            "no",
        ),
        ("can the owner take the padlock off?", "Nobody but the owner takes a padlock off.", "yes"),
        ("can I edit the lock file?", "Nobody except the release manager edits the lock file.", "no"),
        ("can a new developer tag a release?", "Nobody but the release manager tags a version.", "no"),
        ("can the release manager tag a version?", "Nobody but the release manager tags a version.", "yes"),
        ("can I restart the queue?", "No one but Ada restarts the queue.", "no"),
        ("can Ada restart the queue?", "No one but Ada restarts the queue.", "yes"),
        ("may I open the rack?", "Nobody except the two admins may open the rack.", "no"),
        ("may the kids touch the big knives?", "Nobody apart from the cook touches the big knives.", "no"),
        ("does my guide dog need a muzzle?", "They have to wear a muzzle, guide dogs excepted.", "no"),
        ("does my dog need a muzzle?", "Dogs have to wear a muzzle, guide dogs excepted.", "yes"),
        ("may my cat come in?", "No animals are let in (cats excepted).", "yes"),
        ("is alcohol included?", "Drinks are included, alcohol excluded.", "no"),
        ("are drinks included?", "Drinks are included, alcohol excluded.", "yes"),
        ("do the trains run on Sunday?", "The trains run daily, Sundays excepted.", "no"),
        ("do the trains run on Monday?", "The trains run daily, Sundays excepted.", "yes"),
    ],
)
def test_what_is_excepted_and_what_is_not(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert verdict_given(reader, question, text) == (verdict, text)


PROBES = "Probes used for food must be calibrated monthly. <Probes used for rooms need no calibration.>"
SERVERS = "Servers reachable from outside must have a public certificate. <Inside servers don't need one.>"
FILES = "If a file comes from outside, it has to be scanned before it is stored. <Files made inside need no scan.>"
SCANNED, STORED = FILES.replace(">", "").split(" <")
ROOMS = "Room a has a projector. <Room b has no projector.>"
UPS = "UPS A needs new batteries every four years. <UPS B needs none.>"


@pytest.mark.parametrize(
    ("question", "text", "verdict", "sentence"),
    [
        (
            "I measure soup with my probe, do I have to calibrate it?",
            PROBES,
            None,
            "Probes used for rooms need no calibration.",
        ),
        ("do I have to calibrate a probe for rooms?", PROBES, "no", "Probes used for rooms need no calibration."),
        (
            "my server is on the internet, does it need a public certificate?",
            SERVERS,
            None,
            "Inside servers don't need one.",
        ),
        ("does an inside server need a public certificate?", SERVERS, "no", "Inside servers don't need one."),
        ("the file comes from outside, does it need a scan?", FILES, "yes", SCANNED),
        ("I made the file inside, does it need a scan?", FILES, "no", STORED),
        ("do I need a coat?", "Staff must wear a badge. <You don't need a coat.>", "no", "You don't need a coat."),
        # one letter tells two things apart, "a" as well
        ("does Room A have a projector?", ROOMS, "yes", "Room a has a projector."),
        ("does room a have a projector?", ROOMS, "yes", "Room a has a projector."),
        ("does room b have a projector?", ROOMS, "no", "Room b has no projector."),
        ("does ups A need new batteries?", UPS, "yes", "UPS A needs new batteries every four years."),
        ("does ups B need new batteries?", UPS, "no", "UPS B needs none."),
        ("does room c have a projector?", ROOMS, None, "Room b has no projector."),
        ("does a hall have a projector?", "<No hall has a projector.>", "no", "No hall has a projector."),
        # what may be done only with a thing needs it
        (
            "is a badge needed?",
            "<Hall 3 may be entered only with a badge.>",
            "yes",
            "Hall 3 may be entered only with a badge.",
        ),
        (
            "is a credit card required?",
            "<You can only rent a car with a credit card.>",
            "yes",
            "You can only rent a car with a credit card.",
        ),
        (
            "I have a 5 m boat, do I need a pilot?",
            "<Boats longer than 6 m may leave only with a pilot.>",
            "no",
            "Boats longer than 6 m may leave only with a pilot.",
        ),
        # what must be done may be
        (
            "can I clean the filter?",
            "<The filter has to be cleaned every week.>",
            None,
            "The filter has to be cleaned every week.",
        ),
        (
            "can I keep my shoes on?",
            "<Shoes must be taken off at the door.>",
            "no",
            "Shoes must be taken off at the door.",
        ),
        ("may I work until 8 pm?", "<Work has to be finished by 6 pm.>", "no", "Work has to be finished by 6 pm."),
    ],
)
def test_another_s_need_is_not_the_asker_s(
    reader: TransformersReader, question: str, text: str, verdict: str | None, sentence: str
) -> None:
    assert verdict_given(reader, question, text) == (verdict, sentence)


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("does the bus run on 2 May?", "The bus doesn't run on 1 May.", "yes"),
        ("does the bus run on 1 May?", "The bus doesn't run on 1 May.", "no"),
        ("does the bus run on Sundays?", "The bus doesn't run on 1 May.", None),
        ("is the library open on 6 August?", "The library is closed on 5 August.", "yes"),
        ("is the library open on August 5th?", "The library is closed on 5 August.", "no"),
        ("is the library open in August?", "The library is closed on 5 August.", None),
        ("is the library open on 6 August?", "The library is closed in August.", "no"),
        ("are you open on 25 December?", "Closed on 24, 25 and 31 December.", "no"),
        ("are you open on 26 December?", "Closed on 24, 25 and 31 December.", "yes"),
        ("are you open on a friday in February?", "Closed on 24, 25 and 31 December.", None),
        ("are the baths open on Tuesday?", "On Ascension Day the baths stay shut.", None),
        ("is the office open on Friday?", "The office is closed on Good Friday.", None),
        ("is the line open on 10 April?", "From Saturday 11 April to Sunday 3 May the line is closed.", "yes"),
        ("is the line open on 20 April?", "From Saturday 11 April to Sunday 3 May the line is closed.", "no"),
        ("is the pool open in June?", "The pool is open from 1 May to 30 September.", "yes"),
        ("is the pool open in november?", "The pool is open from 1 May to 30 September.", "no"),
        ("is the slide open in july?", "The slide is closed in the last week of September.", "yes"),
        ("is the slide open in September?", "The slide is closed in the last week of September.", None),
        ("does the boat sail on monday?", "The Sunday boat doesn't sail in winter.", None),
        ("is the offer valid on 20 March?", "The offer is valid until 31 March.", "yes"),
        ("is the offer valid on 2 April?", "The offer is valid until 31 March.", "no"),
        ("is the shop open on 1 May?", "The shop is closed on Mondays and on 1 May.", "no"),
        ("is the shop open on 2 May?", "The shop is closed on Mondays and on 1 May.", None),
        ("is the museum open on 24 December?", "The museum is open daily except 25 December.", "yes"),
        ("is there a market on Saturday?", "The market takes place on the first Sunday of the month.", "no"),
    ],
)
def test_one_date_tells_of_no_other_day_of_the_week(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert verdict_given(reader, question, text) == (verdict, text)


OVERTIME = "Overtime is paid only after approval. <At year end overtime may be worked without approval.>"
TAXIS = "Taxis are not reimbursed. <With heavy luggage or between 22:00 and 6:00 a taxi may be taken.>"
QUOTES = "Orders above €1,000 need three quotes. <In an emergency up to €10,000 may be spent without quotes.>"
DIET = "<On this diet you may eat rice, potatoes, lamb and pears.>"
PUMP = "<Children under 14 must not use it; those from 14 to 17 only under supervision.>"
DOGS = "<Dogs: assistance dogs only.>"


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        # what another does
        ("can I remove the stitches myself?", "<The nurse may remove the stitches.>", None),
        ("can the nurse remove the stitches?", "<The nurse may remove the stitches.>", "yes"),
        ("may parents open it?", "<The manager may open the medicine cupboard.>", None),
        ("do I have to submit the form?", "<The supervisor has to submit the form.>", None),
        ("do I have to pay the fee myself?", "<The employer pays the fee.>", None),
        ("do tenants have to register the shed?", "<The landlord has to register it.>", None),
        ("can I open the windows myself?", "<Visitors may open the windows.>", "yes"),
        ("do I have to clean the stairs myself?", "<The tenant has to clean the stairs.>", "yes"),
        # what isn't among the things allowed
        ("can I eat bread?", DIET, None),
        ("can I eat pears?", DIET, "yes"),
        ("can I drink milk?", "<You may drink water, black tea or coffee.>", None),
        ("can I bring my dog?", DOGS, None),
        ("can I bring my assistance dog?", DOGS, "yes"),
        ("can I use the kitchen?", "<Guests may use the kitchen.>", "yes"),
        # what holds on a condition
        ("can i work overtime without asking first?", OVERTIME, None),
        ("can i work overtime without approval at year end?", OVERTIME, "yes"),
        ("can I take a cab to the client at noon?", TAXIS, None),
        ("can I take a taxi with heavy luggage?", TAXIS, "yes"),
        ("may I spend 3000 euros without quotes?", QUOTES, None),
        ("may I spend 3000 euros in an emergency without quotes?", QUOTES, "yes"),
        ("is the pool open in summer?", "The water is not heated. <In summer the pool is open.>", "yes"),
        # the other half of the sentence
        ("can my 15 year old use the pump alone?", PUMP, None),
        ("can my 12 year old use the pump?", PUMP, "no"),
    ],
)
def test_a_yes_to_another_is_none_to_the_asker(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert verdict_given(reader, question, text)[0] == verdict
