"""Kinds of documents that answers went wrong on, each from its files to the answer, with the shipped models.

How sure an answer is isn't tested here, only which it is: whatever the confidence, it comes back.
"""

from collections.abc import Iterator

import pytest

from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, GivenAnswer
from qa.assembly import Engine, filter_of
from qa.settings import load_settings

pytestmark = pytest.mark.slow

FAQ = """# House

**How do I open the attic?**

Pull the blue cord until the hatch drops.

**Where are bicycles kept?**

Under the stairs; the yard is for cars.

**Who is called if the heating fails?**

Ring the caretaker, Runa Falk, on extension 31.

**Which keys fit the cellar?**

The long ones on the red ring.

**Is smoking allowed?**

A: No. Smoking isn't allowed anywhere in the house.
"""
HALL = """# Village hall

The large hall isn't heated. The small hall is. The morning class is led by Ines Holm. The evening class is led by Per Dahl.

Included in the rent:

- bed linen

Not included:

- towels
- the final clean (£60)
"""
MANUAL = """# Manual of the freight lift

## 3.1 Purpose

It carries goods, never people.

## 3.2 Maximum load of the lift

The lift carries 630 kg.

## 3.3 Replacement of the rope

Only a rope of type R-19 may be fitted.

## 4.1 Opening hours of the workshop

The workshop is open from eight to five.
"""
NOTICE = "For repairs please see the repairs desk. Repairs are done with love. Ask there about all repairs."
NAMES = ["Alder", "Birch", "Cedar", "Elder", "Hazel", "Holly", "Juniper", "Larch", "Maple", "Myrtle", "Rowan", "Willow"]
COLOURS = ["red", "blue", "grey", "white", "green", "brown", "black", "pink", "ochre", "teal", "amber", "slate"]
TENTS = "# Tents\n\n| Tent | Price in crowns | Weight in kg | Colour |\n|---|---|---|---|\n" + "".join(
    f"| {name} | {210 + 17 * n} | {3 + n} | {colour} |\n"
    for n, (name, colour) in enumerate(zip(NAMES, COLOURS, strict=True))
)
DOCBOOK = """<?xml version='1.0' encoding='UTF-8'?>
<html xmlns='http://www.w3.org/1999/xhtml'><head><title>Mill handbook</title></head><body><div class='book'>
<div class='titlepage'><div><div><h1 class='title'><a id='a'></a>Mill handbook</h1></div></div><hr/></div>
<div class='chapter'><div class='titlepage'><div><div><h2 class='title'><a id='b'></a>Chapter 1. Stones</h2></div></div>
</div><p>The upper one weighs 800 kg and is lifted by the crane in the loft.</p></div>
<div class='chapter'><div class='titlepage'><div><div><h2 class='title'><a id='c'></a>Chapter 2. Sieves</h2></div></div>
</div><p>The fine one is of type S-40 and is kept in the dry room.</p></div></div></body></html>"""
HTML = """<html><head><title>Lighthouse</title></head><body><main><h1>Lighthouse</h1>
<div class='social share-block'><p>Each share of the society costs 40 crowns a year.</p></div>
<aside><p>Note: never open the lamp above 60 degrees.</p></aside>
<details><summary>Where is the cloakroom?</summary>In the boat house, behind the door.</details>
<p>In its first year the tower had 1318<sup>2</sup> guests.</p>
<figure><img src='k.png' alt=''/><figcaption>The spare key hangs at hook D7.</figcaption></figure></main></body></html>"""


CODES = {f"fault-{code}.txt": f"Fault {code}\n\nFault {code} means that pump {n} has run dry. Shut it and call.\n"
         for n, code in enumerate(["K-302", "K-320", "K-203", "K-230", "K-023"], start=4)}  # fmt: skip
HOSTS = {f"host{n}.txt": f"Host sheet\n\nThe box at {address} stands in bay B{n} and is run by team {n}.\n"
         for n, address in enumerate(["10.1.7.20", "10.7.1.20", "10.20.7.1", "20.10.1.7"], start=5)}  # fmt: skip
PUMPS = {f"crane-{name}.txt": f"Crane sheet {name}\n\nCrane {name} was last greased on {day} by {who}. It is yellow.\n"
         for name, day, who in [("C-4", "6 May 2025", "Una Rask"), ("C-14", "6 May 2025", "Per Holt"),
                                ("C-40", "9 July 2025", "Una Rask")]}  # fmt: skip
PASSES = {f"type-{name}.txt": f"Type {name}\n\nFever type {name} comes from {cause} and is over within {days} days."
          for name, cause, days in [("A", "bad milk", 8), ("B", "ticks", 20), ("E", "mice", 13)]}  # fmt: skip
CREW = {"crew.txt": "Crew\n\nBjørn Sæther has steered since 2012. Michał Żak has cooked since 2015. "
                    "Đuro Perić has painted since 2017. Jonas Groß has carried since 2019."}  # fmt: skip
SITE = {f"{name}/index.md": f'---\ntitle: "Gate: {name}() call"\n---\n\nIt takes options.\n\n## Limit\n\nIt gives up after {n} minutes.\n'
        for n, name in enumerate(["lift", "push", "turn"], start=3)}  # fmt: skip
GOODS = {f"stool{n}.md": f"# Stool {n}\n\nStool {n} has {n + 2} legs.\n\n{NOTICE}\n" for n in range(12)}
MENDED = {"mending.md": "# Mending\n\nBring the stool to us with its bill. Repairs take 11 days.\n"}
IT = {"offices.md": "# Who does what\n\nIT is looked after by Marta Quill. HR is looked after by Per Lund.\n",
      "garden.md": "# Garden\n\nIt is watered at dawn. It was laid out long ago, and it is lovely.\n",
      "boiler.md": "# Boiler\n\nIt hums when it is cold. If it stops, kick it.\n",
      "yard.md": "# Yard\n\nIt is swept daily. It is wide, and it is flat.\n"}  # fmt: skip
SETTINGS = {"set.md": "# Settings\n\n```ini\n# how many guests may be signed in\nmax_guests = 85\n"
                      "# minutes until an idle guest is signed out\nidle_limit = 12\n```\n"}  # fmt: skip
KIT = {"kit.md": "# Kit\n\nEvery tent comes with the following things:\n\n- a mallet\n- ten pegs\n- a lamp\n"}


COPIES = dict.fromkeys(
    ["leave.md", "leave (copy).md", "old/leave.md"], "# Leave\n\nGuides get 24 days of leave a year.\n"
)
FILES: dict[str, dict[str, str | bytes]] = {
    "hall": {"hall.md": HALL},
    "faq": {"faq.md": FAQ},
    "numbered headings": {"lift.md": MANUAL},
    "IT": {**IT},
    "letters that are names": {**PASSES},
    "codes": {**CODES},
    "addresses": {**HOSTS},
    "entities": {**PUMPS},
    "letters of other languages": {**CREW},
    "front matter": {**SITE},
    "settings": {**SETTINGS},
    "list": {**KIT},
    "table": {"tents.md": TENTS},
    "notice": {**GOODS, **MENDED},
    "copies": {**COPIES, "new/leave.md": "# Leave\n\nGuides get 28 days of leave a year.\n"},
    "DocBook": {"mill.html": DOCBOOK},
    "HTML": {"tower.html": HTML},
    "encodings": {
        "utf16.txt": "The shed is shut at 16:20 – sharp.".encode("utf-16-le"),
        "dos.txt": b"Rules\r\n\r\nThe pole is 27 m high.\r\n\x1a",
        "latin.html": "<meta charset=iso-8859-1><p>The café shuts at 15:10 “sharp”.</p>".encode("cp1252"),
    },
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """All files, each kind in a collection of its own, as the command indexes them."""
    folder = tmp_path_factory.mktemp("kinds")
    engine = Engine(load_settings(data=folder / "data"), writing=True)
    for kind, files in FILES.items():
        for name, content in files.items():
            path = folder / kind / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        outcomes = list(engine.indexer.add_paths([folder / kind], kind))
        assert [outcome.status for outcome in outcomes] == ["added"] * len(files)
    yield engine
    engine.close()


def asked(engine: Engine, kind: str, question: str) -> Answer:
    return engine.ask(SEES_ALL, question, filter_of(kind), min_confidence=0.0, max_answers=3)


def first(answer: Answer) -> tuple[GivenAnswer, str]:
    """The first answer, and the name of the file that it is cited from."""
    given = answer.answers[0]
    return given, given.citations[0].document_id.rpartition("/")[2]


@pytest.mark.parametrize(
    ("kind", "question", "words", "cited"),
    [
        ("faq", "How do I open the attic?", "Pull the blue cord until the hatch drops", "faq.md"),
        ("faq", "Where are bicycles kept?", "Under the stairs", "faq.md"),
        ("faq", "Who is called if the heating fails?", "Runa Falk", "faq.md"),
        ("faq", "Which keys fit the cellar?", "The long ones on the red ring", "faq.md"),
        ("numbered headings", "What is the maximum load of the lift?", "630 kg", "lift.md"),
        ("numbered headings", "Which rope is the replacement?", "R-19", "lift.md"),
        ("numbered headings", "When is the workshop open?", "from eight to five", "lift.md"),
        ("IT", "Who looks after IT?", "Marta Quill", "offices.md"),
        ("letters that are names", "How long does fever type A last?", "8 days", "type-A.txt"),
        ("codes", "What does K320 mean?", "pump 5 has run dry", "fault-K-320.txt"),
        ("codes", "what is fault k 203", "pump 6 has run dry", "fault-K-203.txt"),
        ("addresses", "In which bay is the box at 10.7.1.20?", "B6", "host6.txt"),
        ("letters of other languages", "Since when has Bjorn Saether steered?", "2012", "crew.txt"),
        ("letters of other languages", "Since when has Michal Zak cooked?", "2015", "crew.txt"),
        ("letters of other languages", "Since when has Duro Peric painted?", "2017", "crew.txt"),
        ("letters of other languages", "Since when has Jonas Gross carried?", "2019", "crew.txt"),
        ("front matter", "After how many minutes does push() give up?", "4 minutes", "index.md"),
        ("settings", "After how many minutes is an idle guest signed out?", "12", "set.md"),
        ("table", "What does the Juniper weigh?", "9", "tents.md"),
        ("table", "What is the price of the Willow?", "397", "tents.md"),
        ("table", "What colour is the Rowan?", "amber", "tents.md"),
        ("list", "What does every tent come with?", "a mallet", "kit.md"),
        ("notice", "How long do repairs take?", "11 days", "mending.md"),
        ("DocBook", "Which type is the sieve?", "S-40", "mill.html"),
        ("HTML", "Where is the cloakroom?", "In the boat house", "tower.html"),
        ("HTML", "Where does the spare key hang?", "hook D7", "tower.html"),
        ("HTML", "How many guests did the tower have in its first year?", "1318", "tower.html"),
        ("HTML", "What does a share of the society cost?", "40 crowns", "tower.html"),
        ("HTML", "Above how many degrees must the lamp not be opened?", "60", "tower.html"),
        ("encodings", "When is the shed shut?", "16:20", "utf16.txt"),
        ("encodings", "How high is the pole?", "27 m", "dos.txt"),
        ("encodings", "When does the café shut?", "15:10", "latin.html"),
    ],
)  # fmt: skip
def test_the_answer_and_its_document(engine: Engine, kind: str, question: str, words: str, cited: str) -> None:
    given, name = first(asked(engine, kind, question))
    assert words in given.text
    assert len(given.text) <= len(words) + 40  # no paragraph that holds it somewhere
    assert name == cited


def test_a_numbered_headings_number_is_never_the_answer(engine: Engine) -> None:
    answer = asked(engine, "numbered headings", "What is the maximum load?")
    assert answer.answers[0].text.strip(".") in ("630 kg", "The lift carries 630 kg")
    assert not any(given.text.startswith(("3.", "4.")) for given in answer.answers)


def test_a_prohibition_in_an_faq_is_a_no(engine: Engine) -> None:
    given, _ = first(asked(engine, "faq", "Is smoking allowed?"))
    assert (given.verdict, given.text) == ("no", "No. Smoking isn't allowed anywhere in the house.")


@pytest.mark.parametrize(
    ("question", "verdict", "words"),
    [
        ("is the small hall heated?", "yes", "The small hall is."),
        ("is the large hall heated?", "no", "The large hall isn't heated."),
        ("is the final clean in the price?", "no", "the final clean (£60)"),
        ("are towels included", "no", "towels"),
        ("who leads the evening class", None, "Per Dahl"),
    ],
)
def test_what_is_said_of_the_sibling_or_below_a_label_that_denies_is_no_answer(
    engine: Engine, question: str, verdict: str | None, words: str
) -> None:
    given, _ = first(asked(engine, "hall", question))
    assert (given.verdict, given.text) == (verdict, words)


def test_identical_copies_are_one_document_in_the_support(engine: Engine) -> None:
    answer = asked(engine, "copies", "How many days of leave do guides get a year?")
    assert answer.conflict
    assert {given.text.partition(" days")[0]: given.support for given in answer.answers} == {"24": 1, "28": 1}


def test_sheets_of_other_things_are_no_support(engine: Engine) -> None:
    given, name = first(asked(engine, "entities", "When was crane C-4 last greased?"))
    assert (given.text, given.support, name) == ("6 May 2025", 1, "crane-C-4.txt")
    given, name = first(asked(engine, "entities", "Who greased crane C-40?"))
    assert (given.text, given.support, name) == ("Una Rask", 1, "crane-C-40.txt")


def test_a_notice_on_every_page_keeps_no_other_page_from_being_read(engine: Engine) -> None:
    answer = asked(engine, "notice", "How are repairs done?")
    assert any(passage.document_id.endswith("mending.md") and passage.read for passage in answer.passages)
    assert all(given.support == 1 for given in answer.answers)
