"""Mail, mailboxes and web pages saved as mail (MHTML), by the standard library's parser.

A mail is its subject, who wrote it to whom and when, and its text: the plain part, or else what the HTML part shows.
Mails in it stand below it; other attachments are named.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.formats.base import Format, Layout, Parsed, WrongFormatError
from index.formats.blocks import Blocks
from index.formats.elements import write_html
from index.formats.html import HTML

if TYPE_CHECKING:
    from email.message import EmailMessage

_SHOWN = ("From", "To", "Cc", "Date")
_HEADERS = {"from", "to", "cc", "date", "subject", "received", "message-id", "mime-version", "return-path"}
_MAX_DEPTH = 10  # of mails in mails
_BEGINNING = re.compile(rb"(?:\A|\n\r?\n)From [^\r\n]*\r?\n")  # of each mail in a mailbox
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_SOFT_BREAK = re.compile(r"(?<!\n) (?<!\n-- )\n(?![>\n])")  # of RFC 3676: the line goes on; "-- " begins a signature
_NO_SUBJECT = "(no subject)"


def _parse_mail(data: bytes, name: str) -> Parsed:
    blocks = Blocks(name)
    message = _message(data, name)
    _write(message, blocks, name)
    return blocks.parsed("a mail", _header(message, "Subject"))


def _parse_mailbox(data: bytes, name: str) -> Parsed:
    blocks = Blocks(name)
    for mail in _mails(data, name):
        _write(_message(mail, name), blocks, name)
    return replace(blocks.parsed("a mailbox"), title=None)  # the first mail's subject is none of them all


def _parse_page(data: bytes, name: str) -> Parsed:
    body = _message(data, name).get_body(("html",))
    if body is None:
        raise DocumentError(f"{name} is a saved web page without an HTML part: save it again, or bring its text alone.")
    if body.get_content_charset():
        return HTML.parse(body.get_content(errors="replace").encode("utf-8-sig", "replace"), name)
    source = body.get_payload(decode=True)
    return HTML.parse(source if isinstance(source, bytes) else b"", name)  # it says itself what its characters are


def _message(data: bytes, name: str) -> "EmailMessage":
    from email import message_from_bytes, policy

    message: EmailMessage = message_from_bytes(data, policy=policy.default)
    if _HEADERS.isdisjoint(map(str.lower, message.keys())):
        raise WrongFormatError(f"{name} is not a mail (it doesn't begin with headers), whatever its name says")
    return message


def _mails(data: bytes, name: str) -> Iterator[bytes]:
    ends = list(_BEGINNING.finditer(data))
    if not ends or ends[0].start() != 0:
        raise WrongFormatError(f"{name} is not a mailbox (it doesn't begin with “From ”), whatever its name says")
    for beginning, after in zip(ends, [*ends[1:], None], strict=True):
        mail = data[beginning.end() : after.start() if after else len(data)]
        if mail.strip():
            yield _ESCAPED.sub(rb"\1", mail)


def _write(message: "EmailMessage", blocks: Blocks, name: str, depth: int = 0) -> None:
    if depth > _MAX_DEPTH:
        raise DocumentError(f"{name} has mails in mails, more than {_MAX_DEPTH} deep: bring the inner ones alone.")
    blocks.heading(_header(message, "Subject") or _NO_SUBJECT, depth + 1)
    blocks.paragraph("\n".join(f"{header}: {words}" for header in _SHOWN if (words := _header(message, header))))
    _write_body(message, blocks)
    for part in _attachments(message):
        if part.get_content_type() == "message/rfc822":
            _write(part.get_content(), blocks, name, depth + 1)
        elif filename := part.get_filename():
            blocks.item(f"Attachment: {filename} ({part.get_content_type()})")  # as `index/quotations.py` knows it


def _attachments(message: "EmailMessage") -> Iterator["EmailMessage"]:
    if message.get_content_type() == "message/rfc822":
        yield message  # which is nothing but the mail in it
    elif message.is_multipart():
        yield from message.iter_attachments()


def _write_body(message: "EmailMessage", blocks: Blocks) -> None:
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    text = plain.get_content(errors="replace") if plain else ""
    if not text.strip() and html:
        write_html(html.get_content(errors="replace"), blocks)
        return
    text = text.replace("\r\n", "\n")
    if plain and plain.get_param("format") == "flowed":
        text = _SOFT_BREAK.sub(" ", text)
    for paragraph in _PARAGRAPH_END.split(text):
        blocks.paragraph(paragraph)


def _header(message: "EmailMessage", name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


_LIBRARIES = ("email.policy", "email.parser", "email.generator", "lxml.html")
EML = Format("mail", "message/rfc822", (".eml",), _parse_mail, libraries=_LIBRARIES, layout=Layout.WRAPPED)
MBOX = Format("mailbox", "application/mbox", (".mbox",), _parse_mailbox, libraries=_LIBRARIES, layout=Layout.WRAPPED)
MHTML = Format("MHTML", "multipart/related", (".mhtml", ".mht"), _parse_page, libraries=_LIBRARIES)
