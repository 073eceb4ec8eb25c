"""Mails, mailboxes and saved web pages: what is read of them, and what is refused."""

import pytest
from support import ROOT

from index.errors import DocumentError
from index.known_slices import known_slices
from index.loading import load
from index.parsing.parse import parse
from qa.citing import cite

FILES = ROOT / "tests" / "data" / "formats"

TIMETABLE = """\
Timetable from May – draft

From: Jörun Vask <jorun.vask@halden-ferry.example>
To: "Amsel, Piet" <piet.amsel@orm.example>
Cc: harbour@orm.example
Date: Tue, 03 Mar 2026 09:14:02 +0100

Dear Piet,

from 1 May the Eider leaves Halden at 07:15 and Orm at 08:25. The last crossing back is at 19:40, café included.

On 2 March 2026, Piet Amsel wrote:
> When does the last boat leave?
> And who has the keys?

The keys are with the harbour office.

--
Jörun Vask

- Attachment: timetable.pdf (application/pdf)

Berth 4

From: harbour@orm.example
To: jorun.vask@halden-ferry.example
Date: Mon, 02 Mar 2026 16:00:00 +0100

Berth 4 is closed until 12 March.

- Use berth 5
- Café stays open"""

KEYS = """\
Keys

From: Jorun Vask <jorun@halden-ferry.example>
Date: Tue, 03 Mar 2026 09:14:02 +0100

The keys to the gate hang in room 12.

From the office it is two minutes.

Re: Keys

From: Piet Amsel <piet@orm.example>
Date: Wed, 04 Mar 2026 10:00:00 +0100

Thank you; they are back since noon."""


def test_a_mail_is_its_headers_its_text_and_the_mails_in_it_with_attachments_named() -> None:
    document = load(FILES / "timetable.eml")
    assert (document.title, document.text) == ("Timetable from May – draft", TIMETABLE)
    assert [(h.level, h.title) for h in document.headings] == [(1, "Timetable from May – draft"), (2, "Berth 4")]
    assert document.section_at(document.text.index("12 March")) == "Berth 4"


def test_a_mailbox_is_its_mails_each_cited_by_its_subject() -> None:
    document = load(FILES / "keys.mbox")
    assert (document.title, document.text) == ("keys", KEYS)
    assert document.section_at(document.text.index("since noon")) == "Re: Keys"


def test_a_mail_without_a_plain_part_is_what_its_html_shows() -> None:
    html = (
        "<p style='display: none'>unseen</p><blockquote><p>When?</p></blockquote>"
        "<table><tr><th>Day</th><th>Room</th></tr><tr><td rowspan=2>Monday</td><td>12</td></tr><tr><td>14</td></tr></table>"
        "<dl><dt>Berth</dt><dd>where a boat lies</dd></dl><p>1204 m<sup>2</sup>, <del>noon</del> at one<br>sharp</p>"
    )
    mail = f"From: a@b.example\nSubject: Rooms\nContent-Type: text/html; charset=utf-8\n\n{html}\n"
    assert parse(mail.encode(), "a.eml", "message/rfc822").text == (
        "Rooms\n\nFrom: a@b.example\n\n> When?\n\n| Day | Room |\n| --- | --- |\n| Monday | 12 |\n| Monday | 14 |\n\n"
        "Berth\nwhere a boat lies\n\n1204 m², at one\nsharp"
    )


def test_a_saved_web_page_is_read_as_html_is() -> None:
    document = load(FILES / "bees.mhtml")
    assert document.title == "Bees & Co"
    assert (
        document.text
        == "Bees\n\nA worker lives for six weeks in summer, as everyone who keeps bees in cafés knows well."
    )


def nested(depth: int) -> str:
    mail = "Subject: innermost\n\nIt sails at noon.\n"
    for level in range(depth):
        mail = f"Subject: mail {level}\nContent-Type: message/rfc822\n\n{mail}"
    return mail


@pytest.mark.parametrize(
    ("mail", "message"),
    [
        (
            "just text\n\nmore of it",
            r"bad is not a mail .it doesn't begin with headers., whatever its name says: it looks like plain text, so",
        ),
        (nested(11), "bad has mails in mails, more than 10 deep: bring the inner ones alone"),
        (nested(3000), "bad has parts in parts, hundreds deep"),
    ],
)
def test_what_is_no_mail_or_is_too_deep_is_refused(mail: str, message: str) -> None:
    with pytest.raises(DocumentError, match=f"^{message}"):
        parse(mail.encode(), "bad", "message/rfc822")


def test_what_is_no_mailbox_or_saved_page_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^bad is not a mailbox .it doesn't begin with “From ”., whatever"):
        parse(b"Subject: a\n\nb", "bad", "application/mbox")
    with pytest.raises(DocumentError, match="^bad is a saved web page without an HTML part"):
        parse(b"Subject: a\n\nb", "bad", "multipart/related")


HTML_MAIL = b"From: a@orm.example\nSubject: S\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"


def test_a_mails_html_is_read_to_its_end_or_refused() -> None:
    """lxml would leave out what is nested deeper than 256 elements, and all that comes after it."""
    deep = "<p>first" + "<div>" * 300 + "deep" + "</div>" * 300 + "<p>last"
    assert parse(HTML_MAIL + deep.encode(), "a.eml", "message/rfc822").text.split("\n\n")[2:] == [
        "first",
        "deep",
        "last",
    ]
    with pytest.raises(DocumentError, match=r"a\.eml is HTML nested too deep to be read whole"):
        parse(HTML_MAIL + b"<p>first" + b"<div>" * 3000, "a.eml", "message/rfc822")
    with pytest.raises(DocumentError, match=r"a\.eml is HTML nested too deep to be read whole"):
        parse(HTML_MAIL + b"<p>first" + b"<div>" * 1900 + b"deep", "a.eml", "message/rfc822")


def test_a_mails_html_may_say_its_encoding_like_xml() -> None:
    page = "<?xml version='1.0' encoding='iso-8859-1'?><html><body><p>Café</p></body></html>"
    assert parse(HTML_MAIL + page.encode(), "a.eml", "message/rfc822").text.endswith("\n\nCafé")


def test_who_is_quoted_in_a_mail_is_cited() -> None:
    mail = load(FILES / "timetable.eml")
    places = {words: mail.text.index(words) for words in ("07:15", "When does", "has the keys", "harbour office")}
    told = {words: cite(mail, "default", at, at + len(words), words).quoted for words, at in places.items()}
    assert told == {"07:15": None, "When does": "Piet Amsel", "has the keys": "Piet Amsel", "harbour office": None}


def test_captions_in_a_mails_html_are_known() -> None:
    html = "<p>See below.</p><table><caption>Fares</caption><tr><th>a<th>b<tr><td>1<td>2</table>"
    mail = parse(f"Subject: Fares\nContent-Type: text/html\n\n{html}".encode(), "a.eml", "message/rfc822")
    (known,) = known_slices(mail.metadata, len(mail.text))
    assert (known.kind, mail.text[known.start : known.end]) == ("caption", "Fares")
    assert mail.text.endswith("Fares\n\n| a | b |\n| --- | --- |\n| 1 | 2 |")
