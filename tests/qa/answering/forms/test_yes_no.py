"""Yes or no, with the clause that decides; without a verdict where that isn't plain."""

import pytest
from shape_support import shaped

from qa.answering.forms.form import Form

HOLIDAYS = "You still pay for bank holidays, but not for the closures in August."


@pytest.mark.parametrize(
    ("question", "text", "span", "verdict"),
    [
        ("Is smoking allowed?", "A: No. Smoking isn't allowed anywhere on board.", "anywhere on board", "no"),
        ("Do you take cards?", "Yes, all but Amex.", "Amex", "yes"),
        ("can i bring my dog", "Dogs must not be brought on board.", "brought on board", "no"),
        ("May I park at the gate?", "Parking at the gate is prohibited.", "at the gate", "no"),
        ("I object to a clause. May I go ahead?", "You may not begin before all have signed.", "all have signed", "no"),
        ("Am I allowed to film?", "Visitors can film and take pictures.", "film", "yes"),
        ("can I have a dog", "No dogs are allowed.", "No dogs", "no"),
        ("can i smoke in the flat", "No smoking.", "smoking", "no"),
        # what describes a noun decides nothing
        (
            "am I allowed a cat",
            "A cat may be kept with consent, which will not be withheld.",
            "A cat may be kept",
            "yes",
        ),
        ("may I leave", "No one may leave before noon.", "leave", "no"),
        ("Do I have to register?", "It is not necessary to register.", "register", "no"),
        ("is the library open", "Its walls are of brick.", "brick", None),
    ],
)
def test_yes_or_no_with_the_clause_that_decides(question: str, text: str, span: str, verdict: str | None) -> None:
    found, words = shaped(question, text, span)
    assert (found.form, found.verdict) == (Form.YES_NO if verdict else Form.SENTENCE, verdict)
    assert words == text.removeprefix("A: ")


@pytest.mark.parametrize(
    ("question", "text", "span", "verdict", "words"),
    [
        (  # a clause of a long sentence stands for it
            "do I need approval for a small boat",
            "The board will look at each plan and say within ten days what it thinks, but no approval is needed for a "
            "small boat.",
            "no approval is needed for a small boat",
            "no",
            "no approval is needed for a small boat",
        ),
        (  # a short sentence reads better whole
            "may I smoke on the boats",
            "Passengers must not smoke anywhere on the boats.",
            "must not smoke anywhere on the boats",
            "no",
            "Passengers must not smoke anywhere on the boats.",
        ),
        (  # nor does what begins in the middle of a clause
            "was the plan to ban dogs accepted",
            "A plan by Ida Moe, sent by letter in spring, to ban dogs was rejected.",
            "ban dogs was rejected",
            "no",
            "A plan by Ida Moe, sent by letter in spring, to ban dogs was rejected.",
        ),
        (  # between semicolons the half with the span decides
            "Is it allowed to sublet for eight months?",
            "The lease allows subletting for twelve months; holiday lets are prohibited.",
            "The lease allows subletting",
            "yes",
            "The lease allows subletting for twelve months",
        ),
        (
            "are holiday lets allowed",
            "The lease allows subletting for twelve months; holiday lets are prohibited.",
            "holiday lets are prohibited",
            "no",
            "holiday lets are prohibited",
        ),
        (  # what would leave out a "not" doesn't stand alone
            "may guests use the sauna",
            "It has never been the case, neither in winter nor in the summer season, that guests may use the sauna.",
            "guests may use the sauna",
            "no",
            "It has never been the case, neither in winter nor in the summer season, that guests may use the sauna.",
        ),
    ],
)
def test_a_clause_stands_for_its_sentence_only_if_it_says_the_same(
    question: str, text: str, span: str, verdict: str, words: str
) -> None:
    found, given_words = shaped(question, text, span)
    assert (given_words, found.verdict) == (words, verdict)


def test_how_often_is_no_yes_to_always() -> None:
    text = "The same guest may come six times a year.\n"
    found, words = shaped("Am I allowed to bring the same friend every week?", text, "six times")
    assert (found.form, found.verdict, words) == (Form.SENTENCE, None, text.strip())


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Are you open on Mondays?", "The museum is closed on Mondays.", "no"),
        ("Is the pool shut on Mondays?", "The pool opens at eight on Mondays.", "no"),
        ("Does a coach cost me anything?", "Members get a coach free of charge.", "no"),
        ("Was the loft application refused?", "The application for the loft was approved.", "no"),
        ("Are you open on Mondays?", "We open on Mondays and are closed for lunch.", "yes"),
        ("Are you open on Mondays?", "The museum isn't closed on Mondays.", "yes"),
        ("Are you open on Mondays?", "The library is closed in May.", None),  # nothing in common
    ],
)
def test_the_opposite_of_what_is_asked_is_a_no(question: str, text: str, verdict: str | None) -> None:
    assert shaped(question, text, text)[0].verdict == verdict


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        # what says all that is asked, and denies nothing
        ("Is the update automatic?", "Updates are installed automatically.", "yes"),
        ("Are you closed on Mondays?", "We are closed on Mondays.", "yes"),
        ("Was the proposal accepted?", "The proposal was approved by 12 votes to 3.", "yes"),
        ("Must I book a boat?", "Please book your boat by noon.", "yes"),
        ("Is sugar necessary?", "Sugar (optional)", "no"),
        ("Are bikes in the hall okay?", "Bikes in the hall are a danger.", None),  # that doesn't permit them
        # opposites
        ("Is the update automatic?", "Updates must be installed manually.", "no"),
        ("Is the data encrypted?", "Data is stored in plain text.", "no"),
        ("Is the rule permanent?", "The rule is temporary.", "no"),
        ("Will I lose my files?", "Your files are kept.", "no"),
        ("Is breakfast free?", "Guests pay for breakfast.", "no"),
        # for some, or for nobody else
        ("Are children allowed in?", "The sauna is for adults only.", "no"),
        ("Can anyone use the pool?", "The pool is for members only.", "no"),
        ("can I leave my bike in the hallway", "Bikes must be kept in the cellar.", "no"),
        # "not only", "no later than" and a "without" that is asked deny nothing
        ("Is the pool open to members?", "The pool is open not only to members.", "yes"),
        ("can I use it without an account", "It works without an account.", None),
        ("can I use it without a key", "It can be used without a key.", "yes"),
        # nor is the one who asks for a prohibition told no
        ("Is smoking banned in the hall?", "Smoking is allowed in the hall.", "no"),
        ("Is smoking prohibited?", "Smoking is not allowed.", None),
    ],
)
def test_a_verdict_from_words_of_one_sense_and_of_the_opposite(question: str, text: str, verdict: str | None) -> None:
    assert shaped(question, text, text)[0].verdict == verdict


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Is a truck of 12 t allowed?", "Trucks of up to 7.5 t may enter.", "no"),
        ("Is a truck of 5 t allowed?", "Trucks of up to 7.5 t may enter.", "yes"),
        ("My truck weighs 12 t. May I enter?", "Trucks of up to 7.5 t may enter.", "no"),
        ("Is a 9 t truck allowed?", "Trucks over 7.5 t are not allowed.", "no"),
        ("Is a 5 t truck allowed?", "Trucks over 7.5 t are not allowed.", "yes"),
        ("Can I bring three guests?", "Members may bring up to two guests.", "no"),
        ("Can I bring two guests?", "Members may bring up to two guests.", "yes"),
        ("may a boat be 9 m long", "Boats must not exceed 8 m.", "no"),
        ("may a boat be 7 m long", "Boats must not exceed 8 m.", "yes"),
        ("can my daughter drive at 16", "Drivers must be at least 18 years old.", "no"),
        ("I'm 16, may I drive?", "Drivers must be 18 or older.", "no"),
        ("do i need approval for 80 €", "Purchases of more than 150 € need approval.", "no"),
        ("do i need approval for €180", "Purchases of more than €150 need approval.", "yes"),
        ("can I check in at 23:00", "Check-in is possible until 22:00.", "no"),
        ("can I check in at 9 pm", "Check-in is possible from 15:00 to 22:00.", "yes"),
        ("can I check in at 11 pm", "Check-in is possible between 15:00 and 22:00.", "no"),
        ("can I check in at 10:30 p.m.", "Check-in is possible between 15:00 and 22:00.", "no"),
        ("can I leave at 12 am", "You may leave from 6 am.", "no"),
        ("can I check in at 14:30", "Check-in is possible between 15:00 and 22:00.", "no"),
        ("Can I park for 3 hours?", "Parking is free for up to 2 hours.", None),  # but at a price
        ("Can I park for 3 hours?", "Parking is free for up to 2 days.", "yes"),
        ("Can I stay for 3 nights with 2 dogs?", "Guests may stay for up to 2 nights.", "no"),
        ("Can I stay for 2 nights or for 4 nights?", "Guests may stay for up to 3 nights.", None),  # two amounts
        ("Is a truck of 12 tonnes allowed?", "Trucks of up to 7,500 kg may enter.", "no"),  # other units
        ("Is a truck of 12 tonnes allowed?", "Trucks of up to 7 m may enter.", None),  # another measure
    ],
)
def test_an_amount_beyond_a_limit(question: str, text: str, verdict: str | None) -> None:
    assert shaped(question, text, text)[0].verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "Smoking is forbidden on balconies and in the stairwell.",
        "You must refrain from smoking on balconies.",
        "No smoking.",
        "Do not smoke on the balcony.",
        "Smoking on balconies is strictly prohibited.",
        "Nobody may smoke on the balcony.",
        "Smoking without consent is not permitted.",
        "Smoking on balconies is not possible.",
        "It is never allowed to smoke on the balcony.",
        "Smoking is banned.",
        "Residents can't smoke on balconies, and guests can't either.",
        "Please don't smoke on the balcony, though you may of course smoke in the garden.",
    ],
)
@pytest.mark.parametrize(
    "question",
    [
        "Can I smoke on the balcony?",
        "is smoking ok on balconies",
        "Am I allowed to smoke?",
        "may my guests smoke there",
    ],
)
def test_no_prohibition_is_a_yes(question: str, text: str) -> None:
    assert shaped(question, text, text)[0].verdict in ("no", None)


MANAGER = "The manager is Helen Osei and her deputy is Priya Nair. Rice is sold in bags and boxes are extra.\n"


@pytest.mark.parametrize(
    ("question", "text", "not_said"),
    [
        ("Do I pay for bank holidays?", HOLIDAYS, "no"),
        ("Do I pay for the closures?", HOLIDAYS, "yes"),
        ("Can I bring my dog into the clubhouse?", "Dogs may be on the terrace, but not in the clubhouse.", "yes"),
        ("Can I take my dog on the terrace?", "Dogs may be on the terrace, but not in the clubhouse.", "no"),
    ],
)
def test_an_exception_for_something_else_decides_nothing(question: str, text: str, not_said: str) -> None:
    assert shaped(question, text, text)[0].verdict != not_said


FLYING = "Business class isn't allowed, except for medical reasons, or if the flight takes longer than ten hours."
ALONE = "Trips of less than 200 km need no approval, unless a rental car is used."


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Can I fly business class on a flight of thirteen hours?", FLYING, "yes"),
        ("Can I fly business class for medical reasons?", FLYING, "yes"),
        ("Can I fly business class?", FLYING, "no"),
        ("May I smoke on the balcony?", "Smoking is not allowed, except on the balcony.", "yes"),
        ("May I smoke in the hall?", "Smoking is not allowed in the hall, except on the balcony.", "no"),
        ("Do I need approval for a trip of less than 200 km with my own car?", ALONE, "no"),
        ("Do I need approval for a trip with a rental car?", ALONE, "yes"),
    ],
)
def test_of_what_is_excepted_the_opposite_is_true(question: str, text: str, verdict: str | None) -> None:
    found, words = shaped(question, text, text)
    assert (found.verdict, words) == (verdict, text)


BACKUP = "Make a backup:\n\n```sh\nfjord dump > all.sql\n```\n\nThat is all."


SAUNA = "Guests may use the sauna, but its door must be kept shut."
SMOKING = "(4) Smoking is not allowed in the stairwell. In the flat and on the balcony it is permitted."


@pytest.mark.parametrize(
    ("question", "text", "span", "verdict", "words"),
    [
        # a condition is no denial, and is shown with what it holds for
        ("can guests use the sauna", SAUNA, "Guests may use the sauna", "yes", SAUNA),
        ("may visitors park in the yard", "Visitors may park in the yard, but must not stay overnight.", "in the yard",
         "yes", "Visitors may park in the yard, but must not stay overnight."),
        ("can i stay overnight in the yard", "Visitors may park in the yard, but must not stay overnight.",
         "must not stay overnight", "no", "Visitors may park in the yard, but must not stay overnight."),
        # nor is an "instead of" that is asked
        ("may i use water instead of EB", "Water may be used instead of EB.", "Water", "yes",
         "Water may be used instead of EB."),
        # what fails in a condition isn't what is decided
        ("The lift broke, do we get money off?", "If the lift fails for two days, the rent is reduced.",
         "the rent is reduced", None, "If the lift fails for two days, the rent is reduced."),
        # a sentence on what is asked, behind one on other things
        ("am i allowed to smoke on the balcony?", SMOKING, "Smoking is not allowed in the stairwell", "yes",
         "In the flat and on the balcony it is permitted."),
        ("am i allowed to smoke in the stairwell?", SMOKING, "Smoking is not allowed in the stairwell", "no",
         "Smoking is not allowed in the stairwell."),
        ("can i smoke here", SMOKING, "Smoking is not allowed in the stairwell", "no",
         "Smoking is not allowed in the stairwell."),
    ],
)  # fmt: skip
def test_what_decides_is_on_what_is_asked(question: str, text: str, span: str, verdict: str | None, words: str) -> None:
    found, shown = shaped(question, text, span)
    assert (found.verdict, shown) == (verdict, words)


def test_a_clause_does_not_stand_for_its_sentence_without_the_exception() -> None:
    text = "Cyclists will be able to use the bridge throughout, apart from six weekends when the deck is lifted."
    found = shaped("Will cyclists be able to cross the bridge?", text, "Cyclists will be able to use the bridge")
    assert found[1] == text


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Can basic members bring guests?", "Premium members may bring two guests.", None),
        ("Can basic members bring guests?", "Premium members may not bring guests.", None),
        ("Can basic members bring guests?", "Only premium members may bring guests.", "no"),
        ("Can basic members bring guests?", "Members may bring two guests.", "yes"),
        ("Can premium members bring guests?", "Premium members may bring two guests.", "yes"),
        ("I have the basic plan. May I export data?", "On the premium plan data may be exported.", None),
        ("Do part-time staff get sick pay?", "Full-time staff get sick pay.", None),
        ("Is the small pool heated?", "The large pool is heated.", None),
        ("Is the monthly pass transferable?", "The annual pass is not transferable.", None),
        ("Is the annual pass transferable?", "The annual pass is not transferable.", "no"),
        ("Can guests use the sauna?", "Members may use the sauna at any time.", None),
        ("Can guests use the sauna?", "Only members may use the sauna.", "no"),
        ("Are contractors paid for holidays?", "Employees are paid for holidays.", None),
        ("Can I, as a student, borrow books?", "Students may borrow ten books.", "yes"),
        ("Can I bring guests?", "Overnight guests may be brought.", "yes"),  # "bring" is no kind of guests
        ("May dogs enter the large pool?", "Dogs may enter the pool.", "yes"),
    ],
)
def test_what_holds_for_others_decides_nothing(question: str, text: str, verdict: str | None) -> None:
    assert shaped(question, text, text)[0].verdict == verdict


def test_the_sentence_beside_decides_for_the_kind_that_is_asked() -> None:
    text = "The club is old. Premium members may bring guests. Basic members may not bring guests."
    found, words = shaped("Can basic members bring guests?", text, "Premium members may bring guests")
    assert (found.form, found.verdict, words) == (Form.YES_NO, "no", "Basic members may not bring guests.")
    text = "Basic members may bring a guest. Premium members may bring two guests."
    found, words = shaped("Can basic members bring a guest?", text, "Premium members may bring two guests")
    assert (found.form, found.verdict, words) == (Form.YES_NO, "yes", "Basic members may bring a guest.")


BOATS = "| Code | Boat | Seats | Insured? |\n|---|---|---|---|\n| B-11 | Eider | 4 | yes |\n| B-12 | Teal | 2 | No, not yet |\n"


@pytest.mark.parametrize(
    ("question", "span", "verdict", "row"),
    [
        ("is the Eider insured", "yes", "yes", "| B-11 | Eider | 4 | yes |"),
        ("is the Teal insured", "No, not yet", "no", "| B-12 | Teal | 2 | No, not yet |"),
    ],
)
def test_a_cell_that_says_yes_or_no_is_the_verdict_of_its_row(question: str, span: str, verdict: str, row: str) -> None:
    found, words = shaped(question, BOATS, span)
    assert (found.form, found.verdict, words) == (Form.YES_NO, verdict, row)


def test_a_row_is_given_whole() -> None:
    talks = "Day | Hall | Title | Speaker | State\nMon | Oak | Bees in the old town | Ida Foss | put off\n"
    found, words = shaped("is the bees talk still on", talks, "Mon | Oak | Bees in the old town")
    assert (found.verdict, words) == ("no", "Mon | Oak | Bees in the old town | Ida Foss | put off")


def test_of_several_sentences_that_with_the_words_asked_for_decides() -> None:
    text = "Berths may be let for two weeks. Selling a berth isn't possible."
    found, words = shaped("can I sell my berth", text, text.rstrip("."))
    assert (found.verdict, words) == ("no", "Selling a berth isn't possible.")


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("can I swim in the lock", "You may swim in the lock only if the gate is open.", None),
        ("can I bring my own tent", "Own tents only when the hut is full.", None),
        ("can members swim", "Members can look at the lock but not swim there.", "no"),
        ("May I drive on the dyke?", "The dyke can be walked on but not driven.", "no"),
    ],
)
def test_what_is_so_on_a_condition_is_neither_yes_nor_no(question: str, text: str, verdict: str | None) -> None:
    assert shaped(question, text, text.rstrip("."))[0].verdict == verdict


@pytest.mark.parametrize(
    ("question", "text", "words", "verdict"),
    [
        (
            "Are hens allowed?",
            "- Hens may be kept.\n- [Cockerels are not allowed.]\n- Dogs must be led.",
            "Hens may be kept.",
            "yes",
        ),
        ("Can I keep hens?", "Hens may be kept. [Cockerels are not allowed.]", "Hens may be kept.", "yes"),
        ("Can I pay cash?", "We accept cards and cash. [Cheques are banned.]", "We accept cards and cash.", None),
        # a pet may be a dog, and "they" are hens
        ("Are dogs allowed?", "Cats are fine. [Pets are not allowed.]", "Pets are not allowed.", "no"),
        ("Are hens allowed?", "Hens are loud. [They are not allowed.]", "They are not allowed.", "no"),
        ("Can I smoke?", "Do smokers pay more? [Smoking is banned.]", "Smoking is banned.", "no"),
    ],
)
def test_the_sentence_beside_decides_on_the_thing_that_is_asked(
    question: str, text: str, words: str, verdict: str | None
) -> None:
    span = text[text.index("[") + 1 : text.index("]")]
    text = text.replace("[", "").replace("]", "")
    found, given = shaped(question, text, span)
    assert (given, found.verdict) == (words, verdict)
