"""Each format's text, title, pages and headings; and each way in which a file can be no document."""

import io
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from support import ROOT, SEEDS

import index.loading
import index.parsing.parse
from index.errors import DocumentError, MediaTypeError, NotFoundError, TooLargeError
from index.formats.html import HTML
from index.formats.pdf import PDF
from index.formats.registry import format_of, load_libraries, parse_bytes
from index.loading import find_files, id_of, load
from index.parsing.parse import parse

HANDBOOK = SEEDS / "halden-handbook-2026.pdf"


def test_plain_text_is_indexed_as_written() -> None:
    document = parse("Ünï\r\n\r\n  two 👩‍👧\n".encode(), "notes/a.txt", "text/plain")
    assert (document.text, document.title, document.headings) == ("Ünï\r\n\r\n  two 👩‍👧\n", "Ünï", ())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Mill\n\nIt stood.", "The Mill"),
        ("\n  The Mill \r\n \r\nIt stood.", "The Mill"),
        ("It stood by\nthe water.\n\nMore.", "notes"),
        ("One line.", "notes"),
        ("x" * 101 + "\n\nMore.", "notes"),
        ("It stood by the water. It is blue.\n\nMore.", "notes"),  # a paragraph
        ("Dear all,\r\n\r\nIt stood.", "notes"),
        ("Where is the mill?\n\nIt stood.", "Where is the mill?"),
    ],
)
def test_plain_texts_title_is_a_short_first_line_by_itself(text: str, title: str) -> None:
    assert parse(text.encode(), "a/notes.txt", "text/plain").title == title


def test_utf_16_and_byte_order_marks_are_understood() -> None:
    assert parse("naïve".encode("utf-16"), "a.txt", "text/plain").text == "naïve"
    assert parse("naïve".encode("utf-32"), "a.txt", "text/plain").text == "naïve"
    assert parse(b"\xef\xbb\xbfplain", "a.txt", "text/plain").text == "plain"


def test_markdown_keeps_its_text_and_finds_its_headings() -> None:
    source = "---\ntitle: meta\n---\nIntro\r\n\r\n# The *Big* `Title`\r\n\r\ntext\r\n\r\nSub\n---\n\n```\n# no heading\n```\n"
    document = parse(source.encode(), "a.md", "text/markdown")
    assert document.text == source
    assert document.title == "meta"
    assert [(h.level, h.title) for h in document.headings] == [(1, "The Big Title"), (2, "Sub")]
    assert source[document.headings[0].start :].startswith("# The *Big*")
    assert source[document.headings[1].start :].startswith("Sub\n---")
    assert document.section_at(source.index("text")) == "The Big Title"


def test_front_matter_is_metadata() -> None:
    lines = ["title: Leave", "description: What is  due.", "tags: [leave, 2026, true]", "date: 2026-03-01", "draft: false",
             "weight: 1.5", "number: 123456789012345678901234567890", "author: {name: Ada}", "lists: [[a], [b]]", "none:",
             f"long: {'x' * 1025}", "when: 2026-03-01 10:00:00", "1: one"]  # fmt: skip
    source = "---\n" + "\n".join(lines) + "\n---\n\n# Heading\n\ntext\n"
    document = parse(source.encode(), "leave.md", "text/markdown", metadata={"weight": 2, "team": "pay"})
    assert document.title == "Leave"
    assert document.text == source
    assert document.metadata == {
        "description": "What is due.", "tags": "leave, 2026, True", "date": "2026-03-01", "draft": False, "weight": 2,
        "number": "123456789012345678901234567890", "when": "2026-03-01T10:00:00", "1": "one", "team": "pay",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("front_matter", "title"),
    [
        ("title: 'Leave &amp; Holidays'\nweight: 3", "Leave & Holidays"),
        ("title: 2024", "2024"),
        ("weight: 3", "Heading"),  # then the topmost heading
        ("title: [a, b]", "Heading"),
        ("title: [unclosed", "Heading"),
        ("date: 2024-99-99", "Heading"),
    ],
)
def test_front_matter_names_a_markdown_documents_title(front_matter: str, title: str) -> None:
    source = f"---\n{front_matter}\n---\n\n# Heading\n\ntext\n"
    document = parse(source.encode(), "a.md", "text/markdown")
    assert (document.text, document.title) == (source, title)


def test_html_is_its_main_content_with_blocks_apart() -> None:
    source = """<!doctype html><html><head><title>Bees &amp; Co</title><style>p{}</style></head><body>
    <nav><a href="/">Home page</a> <a href="/x">Elsewhere</a></nav><main><article><h1>Bees</h1>
    <p>A worker <b>lives</b> for <a href="/w">six weeks</a> in summer, as everyone who keeps bees knows well.</p>
    <h2>Food</h2><ul><li>Nectar is carried home</li><li>Pollen is packed</li></ul>
    <table><tr><th>Month</th><th>Sugar</th></tr><tr><td>May</td><td>2 kg</td></tr></table></article></main>
    <footer>Copyright nobody</footer><script>alert("never")</script></body></html>"""
    document = parse(source.encode(), "bees.html", "text/html")
    assert document.title == "Bees & Co"
    assert document.text == (
        "Bees\n\nA worker lives for six weeks in summer, as everyone who keeps bees knows well.\n\nFood\n\n"
        "- Nectar is carried home\n- Pollen is packed\n\nMonth | Sugar\nMay | 2 kg"
    )
    assert [(h.start, h.level, h.title) for h in document.headings] == [(0, 1, "Bees"), (86, 2, "Food")]


def test_html_in_its_declared_encoding() -> None:
    source = (
        '<html><head><meta charset="windows-1252"><title>Café</title></head><body><p>Crème brûlée.</p></body></html>'
    )
    document = parse(source.encode("cp1252"), "a.html", "text/html")
    assert (document.title, document.text) == ("Café", "Crème brûlée.")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["The ferry sails at noon.\n", "Паром отходит в полдень, и в шесть часов вечера. Билет\n" * 4]
)
def test_utf_16_without_a_mark_is_read(text: str, encoding: str) -> None:
    assert parse(text.encode(encoding), "a.txt", "text/plain").text == text


def test_the_mark_at_the_end_of_a_dos_file_is_no_text() -> None:
    assert parse(b"The ferry sails.\r\n\x1a", "a.txt", "text/plain").text == "The ferry sails.\r\n"
    with pytest.raises(DocumentError, match=r"a\.txt is binary, not text \(control character '\\x1a' at 4\)"):
        parse(b"The \x1a ferry", "a.txt", "text/plain")


def test_manual_pages_are_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentError, match=r"^git\.txt is a manual page as it is printed, .*: col -bx < git\.txt$"):
        parse(b"N\bNA\bAM\bME\bE\n  git", "git.txt", "text/plain")
    with pytest.raises(
        MediaTypeError, match=r"the source of a manual page: .*: man -l git\.1 \| col -bx > git\.1\.txt"
    ):
        format_of("git.1")


def test_pdf_has_pages_headings_and_a_title() -> None:
    document = load(HANDBOOK)
    assert document.title.startswith("Halden Ferry Company")
    assert len(document.pages) == len(PdfReader(HANDBOOK).pages) == 6
    for heading in document.headings:
        assert " ".join(document.text[heading.start :].split()).startswith(heading.title)
    assert len(document.headings) > 20
    place = document.text.index("28 days of paid leave")
    assert "leave" in (document.section_at(place) or "").lower()
    assert "\r" not in document.text


def test_all_four_seed_formats_load_from_files() -> None:
    files = find_files(SEEDS)
    assert {file.suffix for file in files} == {".txt", ".md", ".html", ".pdf"}
    assert all(load(file).text.strip() for file in files)


def test_a_files_id_is_its_path_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert id_of(Path("docs/a.txt")) == id_of(tmp_path / "docs" / ".." / "docs" / "a.txt") == "docs/a.txt"
    monkeypatch.chdir(tmp_path / "docs")
    assert id_of(Path("a.txt")) == "a.txt"
    assert id_of(tmp_path / "b.txt") == (tmp_path / "b.txt").as_posix().lstrip("/")


def test_folders_give_their_readable_files_in_order(tmp_path: Path) -> None:
    for name in ["b.md", "a.TXT", "c.gif", ".hidden.txt", "sub/d.html", ".git/e.txt"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [file.relative_to(tmp_path).as_posix() for file in find_files(tmp_path)] == ["a.TXT", "b.md", "sub/d.html"]


def test_paths_that_are_none_are_named() -> None:
    with pytest.raises(NotFoundError, match=r"no file or folder nowhere\.txt"):
        find_files(Path("nowhere.txt"))
    with pytest.raises(MediaTypeError, match=r"LICENSE is in a format that Quoth doesn't read: bring text"):
        find_files(ROOT / "LICENSE")


def test_media_types_are_taken_as_declared_or_by_name() -> None:
    assert format_of("x", "text/html; charset=utf-8") is HTML
    assert format_of("x.pdf", "application/octet-stream") is format_of("x.PDF") is PDF
    with pytest.raises(MediaTypeError, match=r"x\.txt \(image/gif\)"):
        format_of("x.txt", "image/gif")
    with pytest.raises(MediaTypeError, match="bring text"):
        format_of("x")


def pdf_bytes(*, password: str | None = None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "message"),
    [
        (b"", "text/plain", "bad is empty"),
        (b" \n\t ", "text/plain", "bad is empty"),
        (
            b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
            "text/plain",
            "bad is not text, whatever its name says: it looks like a PNG picture, so have its name end in .png",
        ),
        (
            b"\xff words",
            "text/plain",
            "bad can't be decoded as utf-8 .byte 0.: if it is text, save it as UTF-8",
        ),
        ("caf\xe9".encode("latin-1"), "text/markdown", "can't be decoded as utf-8 .byte 3.: .*iconv"),
        (b"abc\x00def", "text/plain", "bad is binary, not text"),
        (b"<meta charset='klingon'><p>x", "text/html", "can't be decoded as klingon"),
        (b"<html><body><script>x()</script></body></html>", "text/html", "bad is HTML without any text"),
        (b"just text", "application/pdf", "bad is not a PDF"),
        (HANDBOOK.read_bytes()[:-4000], "application/pdf", "bad is a PDF cut short"),
        (b"%PDF-1.7\nnothing here\n%%EOF", "application/pdf", "bad is a damaged PDF"),
        (pdf_bytes(password="x"), "application/pdf", "bad is encrypted: save it without a password"),
        (pdf_bytes(), "application/pdf", "bad is a PDF whose pages are empty"),
    ],
)
def test_what_cant_be_read_whole_is_refused_by_name(data: bytes, media_type: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse(data, "bad", media_type)


@pytest.mark.parametrize(
    ("file", "name", "message"),
    [
        (
            "ferry.docx",
            "a.pdf",
            "is not a PDF, whatever its name says: it looks like a Word document, so have its name end in .docx",
        ),
        (
            "budget.xlsx",
            "a.txt",
            "is not text, whatever its name says: it looks like an Excel workbook, so have its name end in .xlsx",
        ),
        ("minutes.pdf", "a.docx", "whatever its name says: it looks like a PDF, so have its name end in .pdf"),
        ("ferry.rtf", "a.odt", "whatever its name says: it looks like an RTF document, so have its name end in .rtf"),
        ("ferry.epub", "a.eml", "whatever its name says: it looks like an EPUB book, so have its name end in .epub"),
        (
            "ferry.xhtml",
            "a.docx",
            "whatever its name says: it looks like an HTML page, so have its name end in .html",
        ),
        ("notice.png", "a.ipynb", "whatever its name says: it looks like a PNG picture, so have its name end in .png"),
        (
            "ferry.odt",
            "a.rtf",
            "whatever its name says: it looks like an OpenDocument text, so have its name end in .odt",
        ),
    ],
)
def test_a_file_in_disguise_is_told_what_it_looks_like(file: str, name: str, message: str) -> None:
    data = (ROOT / "tests/data/formats" / file).read_bytes()
    with pytest.raises(DocumentError) as error:
        parse(data, name, format_of(name).media_type)
    assert str(error.value).startswith(f"{name} is ")
    assert str(error.value).endswith(f"{message}.")


def test_size_and_media_type_are_limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(MediaTypeError) as error:
        parse(b"x", "bad", "image/gif")
    known = "text (.txt), Markdown (.md), HTML (.html), PDF (.pdf), "
    assert str(error.value).startswith(f"bad (image/gif) is in a format that Quoth doesn't read: bring {known}")
    for module in (index.loading, index.parsing.parse):
        monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    with pytest.raises(TooLargeError, match="bad has 2 MiB; at most 1 MiB are taken: split it"):
        parse(b"x" * 2**21, "bad", "text/plain")
    (tmp_path / "big.txt").write_bytes(b"x" * 2**21)
    with pytest.raises(TooLargeError, match=r"big\.txt has 2 MiB"):
        load(tmp_path / "big.txt")


def test_a_library_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "striprtf.striprtf", None)
    load_libraries()
    with pytest.raises(
        DocumentError, match=r"^a\.rtf needs the library striprtf\.striprtf, which isn't there: install"
    ):
        parse_bytes(rb"{\rtf1 a}", "a.rtf", "application/rtf")
