"""What comes back from parsing is checked to the last byte: whoever took a fork over can answer anything."""

from collections.abc import Iterator

import pytest
from parsing_enemies import BROKEN, TEXT, WRONG

from index.documents import Heading
from index.errors import DocumentError
from index.formats.base import Parsed
from index.parsing import child
from index.parsing.limits import Limits
from index.parsing.parse import parse
from index.parsing.process import ParsingProcess, process_with

pytestmark = pytest.mark.slow

LIMITS = Limits(seconds=10)
AGAIN = "export it again, or bring its text alone."


@pytest.fixture(scope="module", autouse=True)
def enemies() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "PROGRAM", "parsing_enemies")
        yield
    process_with(LIMITS).close()


def parsed(what: str) -> str:
    """The text of the document whose fork does this."""
    return parse(b"%PDF-", f"bees.pdf {what}", "application/pdf", limits=LIMITS).text


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_that_none_gives_is_a_refusal_and_the_next_document_is_parsed(what: str) -> None:
    with pytest.raises(DocumentError) as error:
        parsed(what)
    assert str(error.value).startswith(f"bees.pdf {what}")
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 300
    assert parsed("honest") == TEXT.decode()


ENDS = {
    "another's id": f"made the parser answer what can't be (an answer to another request): {AGAIN}",
    "no id": f"made the parser answer what can't be (an answer to another request): {AGAIN}",
    "a length of 4 GiB": f"made the parser answer what can't be (4294967295 bytes where at most 16 may come): {AGAIN}",
    "a length of 16 and one byte": "made the parser crash (exit status 0)",
    "half a length": "made the parser crash (exit status 0)",
    "the id alone": "made the parser crash (exit status 0)",
    "half an answer": "made the parser crash (exit status 0)",
    "nothing": "made the parser crash (exit status 0)",
    "its own death": "made the parser crash (SIGSEGV)",
    "an exit status of 3": "made the parser crash (exit status 3)",
}
WAITS = ("silence", "silence in a frame")


def test_all_that_is_broken_is_tried_below() -> None:
    assert {*ENDS, *WAITS} == set(BROKEN)


@pytest.mark.parametrize("what", ENDS)
def test_an_answer_that_is_none_is_a_refusal(what: str) -> None:
    with pytest.raises(DocumentError) as error:
        parsed(what)
    assert str(error.value).startswith(f"bees.pdf {what} {ENDS[what]}")
    assert parsed("honest") == TEXT.decode()


@pytest.mark.parametrize("what", WAITS)
def test_a_fork_that_says_nothing_more_is_ended(what: str) -> None:
    process = ParsingProcess(Limits(seconds=3))
    with pytest.raises(DocumentError) as error:
        process.parse(b"%PDF-", f"bees.pdf {what}", "application/pdf")
    cure = "split it, or raise QUOTH_PARSE_SECONDS."
    assert str(error.value) == f"bees.pdf {what}: reading it took longer than 3 s: {cure}"
    assert process.parse(b"%PDF-", "bees.pdf", "application/pdf").text == TEXT.decode()
    process.close()


def test_what_is_answered_ahead_or_twice_is_nobodys() -> None:
    for _ in range(3):
        assert parsed("twice") == TEXT.decode()
        assert parsed("honest") == TEXT.decode()
        with pytest.raises(DocumentError, match="an answer to another request"):
            parsed("another's id")


def test_no_document_is_parsed_by_a_process_that_has_seen_another() -> None:
    assert [parsed("remembers") for _ in range(3)] == ["1 seen"] * 3


def test_what_is_answered_is_what_is_taken() -> None:
    process = ParsingProcess(LIMITS)
    metadata = {"kind": "insect", "legs": 6, "wings": 4.0, "has wings": True}
    whole = process.parse(b"%PDF-", "bees.pdf", "application/pdf")
    assert whole == Parsed(TEXT.decode(), "Bees", (0, 31), (Heading(0, 1, "Bees"),), metadata)
    process.close()
