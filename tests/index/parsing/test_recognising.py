"""Scanned pages and pictures are read by a real Tesseract, within bounds; and what a page's text does to offsets."""

import io
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from support import ROOT

from index.documents import Document, Heading
from index.errors import DocumentError, NoTextError, TooLargeError
from index.formats.base import Parsed, Pixels
from index.formats.registry import BY_MEDIA_TYPE, format_of
from index.parsing import landlock
from index.parsing.limits import Limits, Recognition
from index.parsing.parse import parse
from index.parsing.process import process_with
from index.parsing.recognised_text import Page
from index.parsing.recognising import _placed, _ranges, with_recognised

SAMPLES = ROOT / "tests" / "data" / "formats"
LIMITS = Limits(recognition=Recognition())
NOTICE = """Harbour notice 14

The slipway at Orm is closed from 3 to 9 May. Boats are
lifted at the north quay in these days, between eight and
eleven in the morning.

The fee is forty crowns. Ask Marit Lunde at the harbour
office."""
MINUTES = """Minutes of 2 April

The harbour board met in the office at Orm. Notice 14 was
agreed and stands overleaf as it was signed."""
NEXT = "The next meeting is on 7 May at noon. Tea is brought by\nJorun Vask."
with_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract isn't installed")


@pytest.fixture(scope="module", autouse=True)
def child() -> Iterator[None]:
    yield
    for limits in (LIMITS, Limits()):
        process_with(limits).close()


def read(name: str, data: bytes | None = None, limits: Limits = LIMITS) -> Document:
    """The document of a sample, or of other bytes."""
    data = (SAMPLES / name).read_bytes() if data is None else data
    return parse(data, name, format_of(name).media_type, limits=limits)


def picture(size: tuple[int, int] = (400, 300), kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", size, 255).save(buffer, kind)
    return buffer.getvalue()


@with_tesseract
def test_a_scanned_page_stands_where_it_is_and_says_so() -> None:
    document = read("scan.pdf")
    assert document.text == f"{MINUTES}\n\n{NOTICE}\n\n{NEXT}"
    assert document.pages == (0, len(MINUTES) + 2, len(MINUTES) + 2 + len(NOTICE) + 2)
    assert document.headings == (Heading(0, 1, "Minutes of 2 April"), Heading(len(MINUTES) + 2, 1, "Harbour notice 14"))
    assert document.metadata["recognised_pages"] == "2"
    assert document.metadata["recognised_languages"] == "eng"
    assert document.metadata["recognised_confidence"] > 85
    recognised = [document.is_recognised_at(document.text.index(word)) for word in ("board", "slipway", "meeting")]
    assert recognised == [False, True, False]


@with_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("name", ["notice.png", "notice.jpg", "notice.webp"])
def test_a_picture_is_read(name: str) -> None:
    document = read(name)
    assert (document.text, document.title, document.pages) == (NOTICE, "Harbour notice 14", ())
    assert document.headings == (Heading(0, 1, "Harbour notice 14"),)
    assert document.is_recognised_at(50)


@with_tesseract
@pytest.mark.slow
def test_each_page_of_a_tiff_is_read_also_upside_down() -> None:
    document = read("notice.tif")
    assert document.text == f"{NOTICE}\n\n{NOTICE}"
    assert document.pages == (0, len(NOTICE) + 2)
    assert document.metadata["recognised_pages"] == "1-2"


@with_tesseract
@pytest.mark.slow
def test_a_photograph_lying_on_its_side_and_one_without_a_background_are_read() -> None:
    with Image.open(SAMPLES / "notice.png") as upright:
        turned, clear = io.BytesIO(), io.BytesIO()
        exif = Image.Exif()
        exif[0x112] = 6  # to be turned clockwise
        upright.convert("RGB").rotate(90, expand=True).save(turned, "PNG", exif=exif)
        alpha = upright.convert("L").point(lambda value: 255 - value)
        Image.merge("LA", (Image.new("L", upright.size), alpha)).save(clear, "PNG")
    assert read("turned.png", turned.getvalue()).text == NOTICE
    assert read("clear.png", clear.getvalue()).text == NOTICE


@with_tesseract
def test_a_picture_without_text_is_told_apart() -> None:
    with pytest.raises(NoTextError) as error:
        read("white.png", picture())
    cure = "name its languages in QUOTH_OCR_LANGUAGES, or bring its text alone."
    assert str(error.value) == f"white.png shows no text that is recognised (eng): {cure}"


@with_tesseract
def test_a_language_without_data_is_named_with_its_package() -> None:
    with pytest.raises(DocumentError) as error:
        read("notice.png", limits=Limits(recognition=Recognition("eng+tlh")))
    cure = r"install them (apt-get install tesseract-ocr-tlh), or change QUOTH_OCR_LANGUAGES (there are "
    assert str(error.value).startswith(f"notice.png can't be recognised in tlh, which Tesseract has no data of: {cure}")


def test_without_recognition_the_cure_is_named_and_text_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("scan.pdf", limits=Limits()).text == f"{MINUTES}\n\n{NEXT}"
    with pytest.raises(DocumentError) as error:
        read("notice.png", limits=Limits())
    off = "set QUOTH_OCR=1, which has its text recognised, or bring its text alone."
    assert str(error.value) == f"notice.png is a picture: {off}"
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DocumentError) as error:
        read("notice.png")
    install = "install Tesseract (apt-get install tesseract-ocr), which recognises its text, or bring its text alone."
    assert str(error.value) == f"notice.png is a picture: {install}"
    assert read("scan.pdf").text == f"{MINUTES}\n\n{NEXT}"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("cut.png", (SAMPLES / "notice.png").read_bytes()[:4000], "is a picture that is damaged or cut short"),
        ("cut.webp", (SAMPLES / "notice.webp").read_bytes()[:900], "is a picture that is damaged or cut short"),
        (
            "head.jpg",
            b"\xff\xd8\xff and no more",
            "begins as a JPEG picture, and is damaged or cut short: save it again.",
        ),
        (
            "words.png",
            b"The ferry to Orm sails at noon.",
            "is not a picture that can be read, whatever its name says: it looks like plain text, so have its name end in",
        ),
        ("page.jpg", b"<html><body>Bees</body></html>", "is not a picture, whatever its name says"),
        (
            "huge.png",
            picture((12_000, 12_000)),
            "has more pixels than the 100 million that are taken (12,000 × 12,000)",
        ),
        ("bomb.png", picture((60_000, 6_000)), "has more pixels than the 100 million that are taken"),
    ],
)
def test_a_picture_that_is_none_or_too_large_is_one_refusal(
    name: str, data: bytes, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake("echo eng"))
    with pytest.raises(DocumentError) as error:
        read(name, data)
    assert str(error.value).startswith(f"{name} {message}")


_fakes = iter(range(1000))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKES", str(tmp_path))


def fake(does: str) -> str:
    """A PATH with a program that says it is Tesseract with English, and does this when it is to recognise a page."""
    where = Path(os.environ["FAKES"], f"{next(_fakes)}", "bin")
    where.mkdir(parents=True)
    program = where / "tesseract"
    program.write_text(f'#!/bin/bash\nif [ "$1" = --list-langs ]; then echo Languages:; echo eng; exit; fi\n{does}\n')
    program.chmod(0o755)
    return str(where)


def says(*words: str) -> str:
    rows = "".join(rf"5\t1\t1\t1\t1\t{i}\t0\t0\t9\t9\t90\t{word}\n" for i, word in enumerate(words))
    return f"printf 'level\\n{rows}'"


def test_a_program_that_fails_or_never_ends_is_one_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {
        "exit 3": "a.png made Tesseract fail (exit status 3): scan it again, or bring its text alone.",
        "kill -SEGV $$ || exit 4": "a.png made Tesseract fail (exit status 4): scan it again, or bring its text alone.",
        "while :; do :; done": "a.png: recognising its text took longer than 1 s: split it, or raise QUOTH_OCR_SECONDS.",
        "while :; do printf %65536s; done": "a.png made Tesseract fail (more words than a page has): scan it again, or "
        "bring its text alone.",
    }
    for does, message in cases.items():
        monkeypatch.setenv("PATH", fake(does))
        with pytest.raises(DocumentError) as error:
            read("a.png", picture(), Limits(recognition=Recognition(seconds=1 if "do :" in does else 60)))
        assert str(error.value) == message


def test_more_pages_than_are_recognised_are_one_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", fake(says("Bees")))
    with pytest.raises(TooLargeError) as error:
        read("notice.tif", limits=Limits(recognition=Recognition(pages=1)))
    cure = "split it, or raise QUOTH_OCR_PAGES."
    assert str(error.value) == f"notice.tif has 2 scanned pages, and the text of 1 is recognised: {cure}"
    assert read("notice.tif").text == "Bees\n\nBees"


@pytest.mark.skipif(landlock.abi() < 1, reason="this system has no Landlock")
def test_the_program_may_read_nothing_of_the_machines_write_nothing_and_connect_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, written = Path(os.environ["FAKES"]).parent / "secret.txt", tmp_path / "written.txt"
    secret.write_text("swordfish\n")
    written.write_text("")
    with socket.create_server(("127.0.0.1", 0)) as server:
        tries = f"""
        word=none
        {{ read word < {secret}; }} 2>/dev/null
        {{ echo x > {written} && word=wrote; }} 2>/dev/null
        {{ exec 3<>/dev/tcp/127.0.0.1/{server.getsockname()[1]} && word=connected; }} 2>/dev/null
        printf "level\\n5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\tIt_has_$word\\n"
        """
        monkeypatch.setenv("PATH", fake(f"true\n{tries}"))
        assert read("a.png", picture()).text == "It_has_none"
    assert written.read_text() == ""


def test_text_of_pages_moves_what_stands_behind() -> None:
    parsed = Parsed(
        "One\n\nFour",
        pages=(0, 3, 3, 5),
        headings=(Heading(0, 1, "One"), Heading(5, 1, "Four")),
        metadata={"form_fields": "0-3", "page_furniture": "5-9"},
        scanned=(1, 2),
    )
    placed = _placed(parsed, {1: Page("Two"), 2: Page("Three\n\nMore", (Heading(0, 2, "Three"),))})
    assert placed.text == "One\n\nTwo\n\nThree\n\nMore\n\nFour"
    assert placed.pages == (0, 5, 10, 23)
    assert placed.metadata == {"form_fields": "0-3", "page_furniture": "23-27"}
    assert placed.headings == (Heading(0, 1, "One"), Heading(10, 2, "Three"), Heading(23, 1, "Four"))
    assert _placed(parsed, {2: Page("Three")}).pages == (0, 3, 5, 12)  # of an empty page nothing is in the text
    assert _placed(Parsed("", scanned=(0,)), {0: Page("Two")}).pages == ()


def test_a_scanned_pdf_of_which_only_what_its_pages_repeat_is_text_is_refused_unread() -> None:
    stamp = {"page_furniture": "0-7"}
    parsed = Parsed("Scanned", pages=(0, 0, 0), metadata=stamp, scanned=(0, 1, 2))
    kind = format_of("a.pdf")
    with pytest.raises(DocumentError, match=r"a\.pdf is a PDF without text, perhaps scanned: set QUOTH_OCR=1"):
        with_recognised(parsed, "a.pdf", kind, Limits(), draw=unwanted)
    says_more = Parsed("Scanned, page 1", pages=(0, 0, 0), metadata=stamp, scanned=(1, 2))
    assert with_recognised(says_more, "a.pdf", kind, Limits(), draw=unwanted) == says_more


def unwanted(page: int) -> Pixels:
    raise AssertionError(f"page {page} was drawn")


def test_pages_are_named_in_runs() -> None:
    assert _ranges([0]) == "1"
    assert _ranges([0, 1, 2, 5, 7, 8]) == "1-3, 6, 8-9"
    assert _ranges(list(range(0, 1000, 2))) == "1-999"  # 1,024 characters don't hold them one by one


@pytest.mark.parametrize(
    ("pages", "recognised"), [(None, []), ("1", [1]), ("2-3", [2, 3]), ("1, 3", [1, 3]), ("x", []), (True, [])]
)
def test_a_document_says_which_pages_were_recognised(pages: str | None, recognised: list[int]) -> None:
    metadata = {} if pages is None else {"recognised_pages": pages}
    document = Document("a", "a", "One. Two. Three.", metadata=metadata, pages=(0, 5, 10))
    assert [page for page, start in enumerate((0, 5, 10), 1) if document.is_recognised_at(start)] == recognised


def test_pictures_are_known_by_what_browsers_call_them() -> None:
    assert [format_of("a", each).name for each in ("image/png", "image/jpeg", "image/tiff", "image/webp")] == [
        "PNG", "JPEG", "TIFF", "WebP",
    ]  # fmt: skip
    assert BY_MEDIA_TYPE["image/png"].is_picture
