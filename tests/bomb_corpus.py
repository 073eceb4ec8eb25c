"""Documents that are made to break what reads them, built from nothing and small until they are opened.

`bombs(scale)` gives them all; at scale 1 they are as large as a server takes, below it they are proportionally smaller.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bomb_packages import MEDIA_TYPES, docx, paragraph, pptx, shape, xlsx
from pypdf import PdfReader, PdfWriter

WORDS = "The ferry to Orm sails at noon."
MIB = 2**20


@dataclass(frozen=True)
class Bomb:
    """A hostile document: what it is called, as what it is brought, and its bytes."""

    name: str
    media_type: str
    data: bytes


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R %b >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources << /Font << /F1 5 0 R >> %b >> >>"


def one_page(content: bytes, entries: bytes = b"", *more: bytes, catalog: bytes = b"", resources: bytes = b"") -> bytes:
    """A PDF with one page that shows this content; `more` are objects from number 6 on."""
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf(CATALOG % catalog, pages, PAGE % (4, resources), stream(content, entries), FONT, *more)


def shown(words: str) -> bytes:
    return b"BT /F1 12 Tf 20 700 Td (%b) Tj ET\n" % words.encode()


def everywhere() -> bytes:
    """The words at a thousand places of a page."""
    return b"".join(
        b"BT /F1 1 Tf %d %d Td (%b) Tj ET\n" % (10 + i % 10 * 50, 10 + i // 10 * 7, WORDS.encode()) for i in range(1000)
    )


def flate(unit: bytes, count: int) -> bytes:
    """`unit` many times over, compressed without ever being held at once."""
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(unit) for _ in range(count)) + packer.flush()


def flate_pdf(mib: int) -> bytes:
    """A page whose content unfolds, twice over, to this many MiB that show words."""
    unit = everywhere()
    twice = zlib.compress(flate(unit, mib * MIB // len(unit)), 9)
    return one_page(twice, b"/Filter [/FlateDecode /FlateDecode]")


def blank_flate_pdf(mib: int) -> bytes:
    """As `flate_pdf`, with nothing but blanks."""
    return one_page(zlib.compress(flate(b" " * MIB, mib), 9), b"/Filter [/FlateDecode /FlateDecode]")


def pages_pdf(count: int, content: bytes) -> bytes:
    """One page, shown this many times."""
    pages = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * count, count)
    return pdf(CATALOG % b"", pages, PAGE % (4, b""), stream(zlib.compress(content), b"/Filter /FlateDecode"), FONT)


def deep_pdf(depth: int) -> bytes:
    """A page below this many groups of pages, one in the other."""
    leaf = 5 + depth
    groups = [
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 %b >>"
        % (6 + i if i < depth - 1 else leaf + 1, b"/Parent %d 0 R" % (4 + i if i else 2))
        for i in range(depth)
    ]
    top = b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>"
    page = PAGE % (4, b"")
    return pdf(CATALOG % b"", top, b"null", stream(shown(WORDS)), FONT, *groups, page)


def looping_pdf() -> bytes:
    """Pages that are their own parents, an outline without an end, and a form that shows itself."""
    pages = b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 1000000 /Parent 2 0 R >>"
    page = PAGE % (4, b"/XObject << /X 6 0 R >>")
    form = stream(
        b"/X Do " * 50, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    )
    outlines = b"<< /Type /Outlines /First 8 0 R /Last 8 0 R /Count 1 >>"
    entry = b"<< /Title (Round and round) /Parent 7 0 R /Next 8 0 R /First 8 0 R /Dest [3 0 R /Fit] >>"
    content = stream(shown(WORDS) + b"/X Do ")
    return pdf(CATALOG % b"/Outlines 7 0 R", pages, page, content, FONT, form, outlines, entry)


def script_pdf() -> bytes:
    """A PDF that asks to run JavaScript, a program and a request."""
    actions = (
        b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); this.getURL\\('http://127.0.0.1:9/'\\)) >> "
        b"/AA << /WC << /S /Launch /F (/bin/sh) >> /DC << /S /URI /URI (http://127.0.0.1:9/) >> >>"
    )
    return one_page(shown(WORDS), catalog=actions)


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(one_page(shown(WORDS)))))
    writer.encrypt("secret")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def laughs(levels: int = 12) -> str:
    """Entities that name each other: ten to the power of `levels` laughs."""
    lines = ['<!ENTITY l0 "lol">']
    lines += [f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, levels)]
    return f"<!DOCTYPE html [{''.join(lines)}]>"


def fetching_html(port: int) -> bytes:
    """HTML that names a server in every place where something might be fetched."""
    at = f"http://127.0.0.1:{port}"
    return f"""<?xml version="1.0"?><?xml-stylesheet href="{at}/pi.css"?>
    <!DOCTYPE html SYSTEM "{at}/dtd" [<!ENTITY % p SYSTEM "{at}/parameter"> %p; <!ENTITY e SYSTEM "{at}/entity">
    <!ENTITY f SYSTEM "file:///etc/passwd">]>
    <html xmlns="http://www.w3.org/1999/xhtml" xmlns:xi="http://www.w3.org/2001/XInclude" manifest="{at}/manifest">
    <head><base href="{at}/base/"><title>Ferries</title><link rel="stylesheet" href="{at}/style.css">
    <link rel="canonical" href="{at}/canonical"><link rel="amphtml" href="{at}/amp"><link rel="next" href="{at}/next">
    <meta http-equiv="refresh" content="0;url={at}/refresh"><meta property="og:url" content="{at}/og">
    <meta property="og:image" content="{at}/og.png"><script src="{at}/script.js"></script></head>
    <body background="{at}/body.png"><article><h1>Ferries</h1><p>{WORDS} It is blue, and nobody has seen it come back.</p>
    <p>&e; &f; <img src="{at}/image.png" srcset="{at}/2x.png 2x"> More words are needed, so that this is an article.</p>
    <xi:include href="{at}/include" parse="text"/><iframe src="{at}/frame"></iframe><object data="{at}/object"></object>
    <embed src="{at}/embed"><video src="{at}/video" poster="{at}/poster"></video><a href="{at}/a" ping="{at}/ping">on</a>
    <svg><use href="{at}/use"/><image href="{at}/svg.png"/></svg></article></body></html>""".encode()


def bombs(scale: float = 1.0) -> Iterator[Bomb]:
    """Each of them, in turn: a server that takes 50 MiB may get any. `scale` makes the large ones smaller.

    Those that are documents after all are small: indexing them takes the time that any text takes.
    """

    def many(most: int) -> int:
        return max(1, int(most * scale))

    text, markdown, html, pdf_type = "text/plain", "text/markdown", "text/html", "application/pdf"
    words = f"<p>{WORDS}</p>"
    yield Bomb("flate.pdf", pdf_type, flate_pdf(many(500)))
    yield Bomb("flate-blank.pdf", pdf_type, blank_flate_pdf(many(2000)))
    yield Bomb("pages.pdf", pdf_type, pages_pdf(many(100_000), b""))
    yield Bomb("million-pages.pdf", pdf_type, pages_pdf(many(1_000_000), shown(WORDS)))
    yield Bomb("unfolding.pdf", pdf_type, pages_pdf(many(2500), everywhere()))
    yield Bomb("deep.pdf", pdf_type, deep_pdf(many(100_000)))
    yield Bomb("looping.pdf", pdf_type, looping_pdf())
    yield Bomb("nested-arrays.pdf", pdf_type, one_page(shown(WORDS), b"", b"[" * many(10_000_000), catalog=b"/X 6 0 R"))
    yield Bomb("scripts.pdf", pdf_type, script_pdf())
    yield Bomb("encrypted.pdf", pdf_type, encrypted_pdf())
    yield Bomb("zip.pdf", pdf_type, zipped("a.txt", b"%PDF-" + b"a" * many(10 * MIB)))
    yield Bomb("gzip.html", html, gzip.compress(words.encode() * many(100_000)))
    yield Bomb("docx.txt", text, zipped("word/document.xml", words.encode() * many(100_000)))
    yield Bomb("docx.html", html, zipped("word/document.xml", words.encode() * many(100_000)))
    yield Bomb("deep.html", html, (b"<div>" * many(100_000)) + words.encode() + b"</div>" * many(100_000))
    yield Bomb("deep-inline.html", html, (b"<b><i>" * many(100_000)) + words.encode())
    yield Bomb("deep-lists.html", html, (b"<ul><li>" * many(100_000)) + words.encode())
    yield Bomb("deep-tables.html", html, (b"<table><tr><td>" * many(100_000)) + words.encode())
    attributes = " ".join(f"a{i}='{i}'" for i in range(many(1_000_000)))
    yield Bomb("attributes.html", html, f"<p {attributes}>{WORDS}</p>".encode())
    yield Bomb("long-attribute.html", html, b"<p a='" + b"x" * many(40 * MIB) + f"'>{WORDS}</p>".encode())
    yield Bomb("laughs.html", html, f"{laughs()}<p>{WORDS} &l11;</p>".encode())
    xhtml = (
        f'<?xml version="1.0"?>{laughs()}<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&l11;</p></body></html>'
    )
    yield Bomb("laughs.xhtml.html", html, xhtml.encode())
    yield Bomb("titles.html", html, b"<title" * many(8_000_000))
    yield Bomb("open-titles.html", html, b"<title>" * many(7_000_000))
    yield Bomb("comment.html", html, b"<!--" * many(10_000_000))
    yield Bomb("blocks.html", html, words.encode() * many(1_300_000))
    yield Bomb("cells.html", html, b"<table>" + b"<tr><td>a<td>b" * many(2_000_000))
    yield Bomb("entities.html", html, b"<p>" + b"&lt;&#x41;&nosuch;" * many(2_500_000))
    yield Bomb("line.html", html, b"<p>" + b"a" * many(49 * MIB))
    yield Bomb("line.txt", text, b"a" * many(MIB // 4))
    yield Bomb("line-of-words.txt", text, b"word " * many(20_000))
    yield Bomb("line.md", markdown, b"# " + b"a" * many(MIB // 4))
    yield Bomb("quotes.md", markdown, b">" * many(100_000) + b" a")
    yield Bomb("lists.md", markdown, b"- " * many(100_000) + b"a")
    yield Bomb("brackets.md", markdown, b"[" * many(1_000_000) + b"a")
    yield Bomb("links.md", markdown, b"[a](<b" * many(5_000_000))
    yield Bomb("stars.md", markdown, b"a**b" + b"c* " * many(1_000_000))
    yield Bomb("ticks.md", markdown, b"".join(b"e" + b"`" * i for i in range(many(500))))
    yield Bomb("headings.md", markdown, b"# a\n" * many(10_000_000))
    yield Bomb("references.md", markdown, b"".join(b"[%d]: x\n" % i for i in range(many(500_000))) + b"a")
    yield Bomb("nul.txt", text, WORDS.encode() + b"\0" * many(10 * MIB))
    yield Bomb("surrogates.txt", text, WORDS.encode() + b"\xed\xa0\x80")
    yield Bomb("half-utf-16.txt", text, b"\xff\xfe" + WORDS.encode("utf-16-le") + b"\x00\xd8")
    yield Bomb("blank.txt", text, b"\n" * many(49 * MIB) + b"a")
    yield from office_bombs(many)
    yield from picture_bombs(many)


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A white picture, with further parts before its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = flate(b"\0" + b"\xff" * (-(-width // 8)), height)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    written = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def tiff(pages: int) -> bytes:
    """Pages of a pixel each, one after the other."""
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1)]
    size = 2 + 12 * len(tags) + 4
    entries = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    places = [*(12 + size * page for page in range(1, pages)), 0]
    return b"II*\0\x0c\0\0\0\xff\0\0\0" + b"".join(entries + struct.pack("<I", place) for place in places)


def picture_bombs(many: Callable[[int], int]) -> Iterator[Bomb]:
    """Of pictures: they have no text but what is recognised in them."""
    yield Bomb("huge.png", "image/png", png(60_000, many(60_000)))
    unfolding = b"Comment\0\0" + flate(b" " * 2**20, many(300))
    yield Bomb("comment.png", "image/png", png(100, 100, (b"zTXt", unfolding)))
    yield Bomb("pages.tiff", "image/tiff", tiff(many(400_000)))


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def overlapping(count: int, data: bytes) -> bytes:
    """An archive of one file, announced this many times under names of its own."""
    whole = archive({"0000000.md": data})
    entry, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entries = b"".join(whole[entry:end].replace(b"0000000", b"%07d" % i) for i in range(count))
    counts = struct.pack("<HHII", min(count, 65_535), min(count, 65_535), len(entries), entry)
    return whole[:entry] + entries + whole[end : end + 8] + counts + whole[end + 20 :]


def archive_bombs(scale: float = 1.0) -> Iterator[Bomb]:
    """Zip archives, each file of which would be a document: all of them are refused, or all of their files but a few."""
    zeros = flate(b"\0" * 2**20, max(1, int(2000 * scale)))
    bombs = {
        "zeros.zip": archive({"a.md": b" " * max(51 * 2**20, int(500 * MIB * scale))}),
        "overlapping.zip": overlapping(max(100, int(60_000 * scale)), b" " * 20 * 2**20),
        "many.zip": overlapping(max(50_000, int(1_000_000 * scale)), b"a"),
        "nested.zip": archive({"a.zip": archive({"b.zip": archive({"c.md": zeros})})}),
        "outside.zip": archive({f"{'../' * i}etc/passwd.md": b"x" for i in range(1, max(2, int(900 * scale)))}),
    }
    for name, data in bombs.items():
        yield Bomb(name, "application/zip", data)


def office_bombs(many: Callable[[int], int]) -> Iterator[Bomb]:
    """Of Word, PowerPoint, Excel and CSV; `many` makes a number smaller."""
    words = paragraph(WORDS)
    word, sheet, slides, csv = *(MEDIA_TYPES[kind] for kind in ("docx", "xlsx", "pptx")), "text/csv"
    yield Bomb("unfolding.docx", word, docx(words + b" " * many(300 * MIB)))
    yield Bomb("paragraphs.docx", word, docx(words * many(2_500_000)))
    yield Bomb(
        "deep.docx",
        word,
        docx(b"<w:tbl><w:tr><w:tc>" * many(500_000) + words + b"</w:tc></w:tr></w:tbl>" * many(500_000)),
    )
    yield Bomb("laughs.docx", word, docx(paragraph("&l11;"), before=laughs().encode()))
    row = b"<row>" + b"<c><v>1</v></c>" * 10 + b"</row>"
    yield Bomb("million-cells.xlsx", sheet, xlsx(row * many(100_000)))
    yield Bomb("far-cell.xlsx", sheet, xlsx(b'<row r="1048576"><c r="XFD1048576"><v>12</v></c></row>', "A1:XFD1048576"))
    wide = b"".join(b'<row r="%d"><c r="XFD%d"><v>12</v></c></row>' % (i, i) for i in range(1, many(200_000) + 1))
    yield Bomb("wide-rows.xlsx", sheet, xlsx(wide))
    yield Bomb("long-cell.xlsx", sheet, xlsx(b'<row><c t="str"><v>' + b"a" * many(150 * MIB) + b"</v></c></row>"))
    yield Bomb("slides.pptx", slides, pptx(shape(WORDS), many(1_000_000)))
    yield Bomb("deep.pptx", slides, pptx(b"<p:grpSp>" * many(500_000) + shape(WORDS) + b"</p:grpSp>" * many(500_000)))
    yield Bomb("commas.csv", csv, b"a,b\n" + b"," * many(49 * MIB))
    yield Bomb("quotes.csv", csv, b"a,b\n" + b'"' * many(49 * MIB))
    lines, rst = "application/json", "text/x-rst"
    yield Bomb("deep.json", lines, b"[" * many(20_000_000))
    yield Bomb("list.json", lines, b"[" + b"0," * many(20_000_000) + b"0]")
    yield Bomb("long-number.json", lines, b'{"a": ' + b"9" * many(40 * MIB) + b"}")
    yield Bomb("laughs.xml", "application/xml", f"{laughs()}<a>{WORDS} &l11;</a>".encode())
    yield Bomb("deep.xml", "application/xml", b"<a>" * many(8_000_000))
    yield Bomb("marks.rst", rst, b"=" * many(49 * MIB))
    yield Bomb("headings.rst", rst, b"a\n===\n\n" * many(7_000_000))
    yield Bomb("cues.srt", "text/vtt", b"00:00:00,0 --> 00:00:00,0\na\n\n" * many(1_600_000))
    yield Bomb("deep.eml", "message/rfc822", b"Content-Type: message/rfc822\n\n" * many(1_600_000))
    yield Bomb(
        "parts.eml",
        "message/rfc822",
        b"Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\na\n" * many(600_000),
    )
    yield Bomb("braces.rtf", "application/rtf", b"{\\rtf1 " + b"{" * many(40_000_000) + b"}")
    yield Bomb("open-quote.csv", csv, b'a,"b\n' + b"c,d\n" * many(12 * MIB))
