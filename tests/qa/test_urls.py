"""Links into the viewer, to an original's page, and to words on a web page, each written out by hand."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document
from qa.urls import source_url, text_directive, viewer_url


def place(document: Document, words: str) -> tuple[int, int]:
    start = document.text.index(words)
    return start, start + len(words)


def document(text: str, media_type: str = "text/plain", **more: object) -> Document:
    return Document("a", "A", text, media_type=media_type, **more)  # type: ignore[arg-type]


def test_the_viewers_link_names_the_place_and_carries_its_words() -> None:
    d = Document("my docs/a.txt", "A", "The ferry to Orm sails at\nnoon, & never on 25 December.")
    assert viewer_url(d, "default", *place(d, "noon, & never")) == (
        "/documents/my%20docs/a.txt?start=26&end=39"
        "#cited&prefix=The+ferry+to+Orm+sails+at&exact=noon%2C+%26+never&suffix=on+25+December."
    )
    whole = viewer_url(d, "my & mine", 0, len(d.text))
    assert whole.startswith("/documents/my%20docs/a.txt?start=0&end=55&collection=my+%26+mine#cited&exact=The+ferry+")


def test_long_words_are_carried_by_their_beginning() -> None:
    d = document("word " * 200)
    assert parse_qs(urlsplit(viewer_url(d, "default", 0, 900)).fragment) == {"exact": [("word " * 60).strip()]}


@pytest.mark.parametrize(
    ("document_id", "path"),
    [
        ("a/b c.txt", "/documents/a/b%20c.txt"),
        ("../../etc/passwd", "/documents/..%2F..%2Fetc%2Fpasswd"),  # a browser would make /etc/passwd of it
        ("a/./b", "/documents/a%2F.%2Fb"),
        ("..a/b..", "/documents/..a/b.."),
        ("?#%<é>", "/documents/%3F%23%25%3C%C3%A9%3E"),
        ("javascript:alert(1)", "/documents/javascript%3Aalert%281%29"),
    ],
)
def test_any_id_makes_a_path_that_stays_one(document_id: str, path: str) -> None:
    assert viewer_url(Document(document_id, "A", "words"), "default", 0, 5).partition("?")[0] == path


def test_a_pdf_opens_at_its_page() -> None:
    d = Document("a b.pdf", "A", "One\n\nTwo", "https://x.test/a.pdf?v=1#top", "application/pdf", pages=(0, 5))
    assert source_url(d, "default", 5, 8, has_original=True) == "/v1/originals/a%20b.pdf#page=2"
    assert source_url(d, "my docs", 0, 3, has_original=True) == "/v1/originals/a%20b.pdf?collection=my+docs#page=1"
    assert source_url(d, "default", 5, 8, has_original=False) == "https://x.test/a.pdf?v=1#page=2"


@pytest.mark.parametrize(
    "uri",
    [None, "", "javascript:alert(1)", "JavaScript://x.test/%0aalert(1)", "data:text/html,x", "file:///etc/passwd",
     "urn:isbn:1", "/a", "//x.test/a", "x.test", "https://", "https://x.test/a b", " https://x.test/",
     "https://x.test/\njavascript:alert(1)", "view-source:https://x.test/"],
)  # fmt: skip
def test_only_a_web_address_becomes_a_link(uri: str | None) -> None:
    assert source_url(document("some words", uri=uri), "default", 0, 4, has_original=True) is None


TEXT = "The ferry to Orm, well-known & loved, sails at noon; it costs 3,50 crowns a head. It runs daily all year."


@pytest.mark.parametrize(
    ("words", "directive"),
    [
        # 32 characters: "; it costs 3,50 crowns a head. I", whose last word is left out because it is cut
        ("noon", "text=well%2Dknown%20%26%20loved%2C%20sails%20at-,noon,-%3B%20it%20costs%203%2C50%20crowns%20a%20head."),
        ("well-known & loved", "text=The%20ferry%20to%20Orm%2C-,well%2Dknown%20%26%20loved,-%2C%20sails%20at%20noon%3B%20it%20costs%203%2C50"),
        ("3,50", "text=%26%20loved%2C%20sails%20at%20noon%3B%20it%20costs-,3%2C50,-crowns%20a%20head.%20It%20runs%20daily%20all"),
        ("The ferry", "text=The%20ferry,-to%20Orm%2C%20well%2Dknown%20%26%20loved%2C"),
        ("year.", "text=crowns%20a%20head.%20It%20runs%20daily%20all-,year."),
    ],
)  # fmt: skip
def test_words_on_a_web_page(words: str, directive: str) -> None:
    d = document(TEXT, uri="https://x.test/f")
    assert text_directive(d, *place(d, words)) == directive
    assert source_url(d, "default", *place(d, words), has_original=False) == f"https://x.test/f#:~:{directive}"


def test_a_fragment_that_is_there_stays() -> None:
    for uri in ("https://x.test/f#top", "https://x.test/f#top:~:text=old"):
        d = document("noon", uri=uri)
        assert source_url(d, "default", 0, 4, has_original=False) == "https://x.test/f#top:~:text=noon"


def test_words_cut_at_their_borders_are_made_whole() -> None:
    d = document("about noonish today")
    assert text_directive(d, *place(d, "oon")) == "text=about-,noonish,-today"


def test_white_space_is_one_space() -> None:
    d = document("sails\r\n at   noon\ttoday")
    assert text_directive(d, *place(d, "at   noon")) == "text=sails-,at%20noon,-today"


@pytest.mark.parametrize(
    ("media_type", "text", "words", "directive"),
    [
        # No words are looked for across what a page shows as two elements
        ("text/plain", "Head\n\nIt sails\nat noon.\n\nNext", "noon", "text=It%20sails%20at-,noon,-."),
        ("text/html", "Head\n\nDay | Time\nMonday | noon\nTuesday | dusk", "noon", "text=noon"),
        ("text/html", "Weight:\xa03.2 kg\nHull: teak", "3.2 kg", "text=3.2%20kg"),
        ("text/html", "Weight:\xa03.2 kg\nHull: teak", "Weight:\xa03.2 kg", "text=Weight,3.2%20kg"),
        ("text/html", "One item\nIt sails at noon\nThird", "noon", "text=It%20sails%20at-,noon"),
        # A markdown page shows the words without their marks
        ("text/markdown", "# Head\n\n- It **sails** at `noon` _sharp_", "noon", "text=noon"),
        ("text/markdown", "See [the list](https://x.test/l) of snake_case names", "names", "text=of%20snake_case-,names"),
        ("text/markdown", "It sails at **noon** or so", "at **noon** or", "text=It%20sails-,at,or,-so"),
        ("text/markdown", "Words **  ** here", "**  **", ""),
        # Several blocks, or many words, are given by the first and the last of them
        ("text/html", "a b c\n\nd e f", "b c\n\nd e", "text=a-,b%20c,d%20e,-f"),
        ("text/plain", "start " + "word " * 60 + "end", "start " + "word " * 60 + "end",
         "text=start%20word%20word%20word%20word%20word,word%20word%20word%20word%20word%20end"),
    ],
)  # fmt: skip
def test_words_are_looked_for_as_the_page_shows_them(media_type: str, text: str, words: str, directive: str) -> None:
    d = document(text, media_type, uri="https://x.test/f")
    assert text_directive(d, *place(d, words)) == directive
    link = source_url(d, "default", *place(d, words), has_original=False)
    assert link == ("https://x.test/f" + (f"#:~:{directive}" if directive else ""))


@settings(deadline=None)  # a shared machine may be slow
@given(st.text("ab-, .&%\n|*_[]()é👩‍👧#", min_size=1, max_size=120).filter(str.strip), st.data())
def test_any_place_makes_a_link(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for media_type in ("text/plain", "text/markdown", "text/html"):
        d = document(text, media_type, uri="https://x.test/f")
        directive = text_directive(d, start, end)
        assert set(directive) <= set("abcdefghijklmnopqrstuvwxyzABCDEF0123456789%=,-_.~")
        # The syntax allows one prefix, one or two texts, one suffix
        assert directive.count(",") <= 3
        assert viewer_url(d, "default", start, end).isascii()
