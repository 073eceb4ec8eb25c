"""Children that are their parent's enemies: `index.parsing.worker`, run as it is, with something else in its forks.

A test has `index.parsing.child.PROGRAM` be this module's name. A document's name then says what its fork does.
"""

import ctypes
import os
import struct
import threading
from collections.abc import Callable

from index.parsing import worker
from index.parsing.protocol import Connection

TEXT = b"Bees fly from flower to flower."  # 31 characters


def answer(
    *,
    outcome: bytes = b"parsed",
    title: bytes = b"Bees",
    text: bytes = TEXT,
    pages: bytes = b"",
    starts: bytes = b"",
    levels: bytes = b"",
    titles: bytes = b"",
    names: bytes = b"",
    values: bytes = b"",
    scanned: bytes = b"",
) -> tuple[bytes, ...]:
    """The frames of an answer, but for the id: honest ones, but for what is said otherwise."""
    return outcome, title, text, pages, starts, levels, titles, names, values, scanned


def numbers(*values: int) -> bytes:
    return struct.pack(f"!{len(values)}I", *values)


# What no parser answers: the frames that follow the right id
WRONG = {
    "no outcome": (b"",),
    "unknown outcome": (b"nope", b""),
    "an outcome not in utf-8": (b"\xff\xfe",),
    "an outcome of another case": answer(outcome=b"Parsed"),
    "a kind of error that no parser raises": (b"storage", b"bees.pdf is away"),
    "json": (b'{"title": "t"}', TEXT),
    "a pickle": (b"cos\nsystem\n(S'true'\ntR.", TEXT),
    "a long outcome": (b"parsed" * 20, TEXT),
    "a refusal of another document": (b"unreadable-document", b"wasps.pdf is a damaged PDF"),
    "a refusal without words": (b"unreadable-document", b""),
    "a refusal on several lines": (b"unreadable-document", b"bees.pdf is\r\nSet-Cookie: a=b"),
    "a refusal that colours a terminal": (b"too-large", b"bees.pdf \x1b[31m"),
    "a refusal not in utf-8": (b"too-large", b"bees.pdf \xff"),
    "a refusal of a million characters": (b"unreadable-document", b"bees.pdf" + b"A" * 1_000_000),
    "a failure without a name": (b"failed", b""),
    "a failure that is a sentence": (b"failed", b"you must visit example.org"),
    "a failure with a line break": (b"failed", b"a\nb"),
    "a failure not in ascii": (b"failed", "é".encode()),
    "a failure of a thousand characters": (b"failed", b"a" * 1000),
    "a page that was drawn and not asked for": (b"drawn", numbers(1, 1), b"x"),
    "half a number of a scanned page": answer(scanned=b"ab"),
    "a scanned page that there is none of": answer(scanned=numbers(1)),
    "a page that is scanned twice": answer(scanned=numbers(0, 0)),
    "metadata without a value": answer(names=b"a\nb", values=b"sx"),
    "metadata without a name": answer(values=b"sx"),
    "metadata of one name twice": answer(names=b"a\na", values=b"sx\nsy"),
    "metadata of no type": answer(names=b"a", values=b"x"),
    "metadata that is no number": answer(names=b"a", values=b"i1e5"),
    "metadata that is not finite": answer(names=b"a", values=b"fnan"),
    "metadata of a number without end": answer(names=b"a", values=b"i" + b"9" * 5000),
    "metadata that is neither true nor false": answer(names=b"a", values=b"bMaybe"),
    "metadata that colours a terminal": answer(names=b"a", values=b"s\x1b[31m"),
    "a name of metadata that colours a terminal": answer(names=b"\x1b[31m", values=b"sx"),
    "metadata of a million characters": answer(names=b"a", values=b"s" + b"A" * 1_000_000),
    "metadata of too many names": answer(
        names=b"\n".join(b"%d" % each for each in range(65)), values=b"\n".join([b"sx"] * 65)
    ),
    "a title on several lines": answer(title=b"a\n\rb"),
    "a title with a nul": answer(title=b"a\0b"),
    "a title that colours a terminal": answer(title=b"\x1b]0;x\x07"),
    "a title not in utf-8": answer(title=b"\xff"),
    "a title with half a pair": answer(title=b"\xed\xa0\x80"),
    "a title of 513 characters": answer(title=b"A" * 513),
    "a title of 5 MB": answer(title=b"A" * 5_000_000),
    "text not in utf-8": answer(text=b"\xff\xff"),
    "text with half a pair": answer(text=b"\xed\xa0\x80 words"),
    "text with a nul": answer(text=b"a\0b"),
    "no text": answer(text=b""),
    "blank text": answer(text=b" \n "),
    "half a page": answer(pages=b"\0\0\0"),
    "pages in no order": answer(pages=numbers(5, 3)),
    "a page past the end": answer(pages=numbers(0, 32)),
    "a page at minus one": answer(pages=numbers(2**32 - 1)),
    "more pages than are taken": answer(pages=numbers(*[0] * 100_001)),
    "half a heading": answer(starts=b"\0", levels=b"\1", titles=b"a"),
    "headings in no order": answer(starts=numbers(9, 0), levels=b"\1\1", titles=b"a\nb"),
    "a heading past the end": answer(starts=numbers(32), levels=b"\1", titles=b"a"),
    "a heading of level 0": answer(starts=numbers(0), levels=b"\0", titles=b"a"),
    "a heading without a level": answer(starts=numbers(0), titles=b"a"),
    "a level without a heading": answer(levels=b"\1"),
    "a title without a heading": answer(titles=b"a"),
    "two titles of one heading": answer(starts=numbers(0), levels=b"\1", titles=b"a\nb"),
    "a heading's title with a control": answer(starts=numbers(0), levels=b"\1", titles=b"\x1b[2J"),
    "a heading's title of 513 characters": answer(starts=numbers(0), levels=b"\1", titles=b"A" * 513),
    "headings' titles not in utf-8": answer(starts=numbers(0), levels=b"\1", titles=b"\xff"),
    "more headings than are taken": answer(starts=numbers(*[0] * 100_001), levels=b"\1" * 100_001),
    "17 MiB of headings' titles": answer(starts=numbers(0), levels=b"\1", titles=b"A" * 17 * 2**20),
    "51 MiB of text": answer(text=b"A" * 51 * 2**20),
}


OPEN: list[Connection] = []  # until the process ends, so that its parent learns how it ended
SEEN: list[str] = []  # by the process that parses, of documents that remember


def _raw(data: bytes) -> Callable[[Connection, bytes], None]:
    return lambda connection, _: connection._end.sendall(data)


def _wait(*_: object) -> None:
    lock = threading.Lock()  # sleeping is a call that the fork may not make
    lock.acquire()
    lock.acquire()


# What goes on with the connection itself; each is called with it and the request's id
BROKEN: dict[str, Callable[[Connection, bytes], None]] = {
    "another's id": lambda connection, _: connection.send(b"\0" * 16, *answer()),
    "no id": lambda connection, _: connection.send(*answer()),
    "a length of 4 GiB": _raw(b"\xff\xff\xff\xff"),
    "a length of 16 and one byte": _raw(b"\0\0\0\x10x"),
    "half a length": _raw(b"\0\0"),
    "the id alone": lambda connection, request_id: connection.send(request_id),
    "half an answer": lambda connection, request_id: connection.send(request_id, *answer()[:4]),
    "nothing": lambda *_: None,
    "silence": _wait,
    "silence in a frame": lambda connection, _: (_raw(b"\0\0\0\x10x")(connection, b""), _wait()),
    "its own death": lambda *_: ctypes.string_at(0),  # no signal may be sent
    "an exit status of 3": lambda *_: os._exit(3),
}


def _answer(connection: Connection, memory_mb: int) -> None:
    OPEN.append(connection)
    request_id = connection.receive(16)
    name = connection.receive(4096).decode()
    connection.receive(4096), connection.receive(10), connection.receive(50 * 2**20)
    what = name.removeprefix("bees.pdf ")
    if what in WRONG:
        connection.send(request_id, *WRONG[what])
    elif what in BROKEN:
        BROKEN[what](connection, request_id)
    elif what == "twice":
        connection.send(request_id, *answer(), request_id, *answer(text=b"Words of an earlier document."))
    elif what == "remembers":
        SEEN.append(name)
        connection.send(request_id, *answer(text=f"{len(SEEN)} seen".encode()))
    else:
        named = {"names": b"kind\nlegs\nwings\nhas wings", "values": b"sinsect\ni6\nf4.0\nbTrue"}
        connection.send(
            request_id, *answer(pages=numbers(0, 31), starts=numbers(0), levels=b"\1", titles=b"Bees", **named)
        )


if __name__ == "__main__":
    worker.main(_answer)
