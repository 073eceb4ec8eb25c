"""Tables of an older schema are refused by who only reads, and brought up to date by who may write."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from contract.support import asked, named
from postgresql_server import PostgreSQLServer
from store_support import SIGNATURE, put

from index.chunking import Chunk
from index.documents import Document
from index.errors import MismatchError
from index.questions import ALL_QUESTIONS
from index.storage.base import Filter, Maintained, View
from index.storage.postgresql.schema import VERSION
from index.storage.principals import SEES_ALL, of_groups
from index.storage.tokenizer import tokenizer_of
from index.stores import create_store, open_store

pytestmark = pytest.mark.slow

# What each migration made is undone, the newest first: as a Quoth of the schema before has the tables
UNDO = {
    8: """DROP INDEX documents_by_metadata; DROP TABLE postings;
        CREATE TABLE postings (
            collection integer NOT NULL, word text COLLATE "C" NOT NULL, chunk bigint NOT NULL,
            words integer NOT NULL, own integer[], context integer[], PRIMARY KEY (collection, word, chunk));
        CREATE INDEX postings_by_chunk ON postings (chunk)""",
    7: "DROP TABLE rate_limits; DELETE FROM manifest WHERE name = 'identity'",
    6: "DROP TABLE sync_runs",
    5: "DROP TABLE audit",
    4: "ALTER TABLE documents DROP COLUMN readers; ALTER TABLE keys DROP COLUMN groups",
    3: "ALTER TABLE feedback DROP COLUMN reason, DROP COLUMN comment",
    2: "DROP TABLE question_texts, question_documents, questions",
}
LONG = "x" * 1500  # more than an index holds of a word that can't be packed; this one can


@pytest.fixture
def connection(postgresql: PostgreSQLServer, postgresql_url: str) -> Iterator[psycopg.Connection[Any]]:
    """To the schema of `postgresql_url`."""
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        connection.execute(f"SET search_path = {postgresql_url.rpartition('=')[2]}, public".encode())
        yield connection


def version(connection: psycopg.Connection[Any]) -> int:
    (value,) = connection.execute("SELECT value FROM manifest WHERE name = 'schema'").fetchone() or (0,)
    return int(value)


def make_older(connection: psycopg.Connection[Any], number: int) -> None:
    """Have the tables be as a Quoth of that schema made them, with a row for each word of each chunk."""
    for since in range(VERSION, number, -1):
        connection.execute(UNDO[since].encode())
    chunks = connection.execute(
        """SELECT chunks.key, number, chunks.text, context FROM chunks JOIN documents ON documents.key = document
        JOIN collections ON name = documents.collection ORDER BY 1"""
    ).fetchall()
    postings = tokenizer_of("en").postings([(text, context) for *_, text, context in chunks])
    sizes = [0] * len(chunks)
    for one in postings:
        sizes[one.text] += len(one.own) + len(one.context)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO postings (collection, word, chunk, words, own, context) VALUES (%s, %s, %s, %s, %s, %s)",
            [(chunks[at][1], word, chunks[at][0], sizes[at], own or None, context or None)
             for word, at, own, context in postings],
        )  # fmt: skip
    connection.execute("UPDATE manifest SET value = %s WHERE name = 'schema'", (str(number),))


def found(view: View) -> list[Any]:
    """What some questions find, with the scores."""
    words = [["ferry"], ["ferry", "harbour", "three"], ["quays"], [LONG], ["10.4.0.12", "ferry"], ["noon sharp"]]
    return [
        [(name, score) for name, score in zip(named(view, list(scores)), scores.values(), strict=True)]
        for one in words
        for where in (Filter(), Filter("other"), Filter(metadata={"year": 2024}))
        for scores in (view.matching(one, where, 300), view.matching(one, where, 5, context=0))
    ] + [named(view, view.with_phrase(["at", "noon"], Filter(), 9))]


@pytest.mark.parametrize("number", [1, 4, 7])
def test_older_tables_are_brought_up_to_date(
    number: int, connection: psycopg.Connection[Any], postgresql_url: str
) -> None:
    store = create_store(postgresql_url, SIGNATURE)
    put(store, "a", "the ferry at noon, the ferry at noon sharp", title="Ferry 10.4.0.12", metadata={"year": 2024})
    put(store, "b", f"harbour {LONG} of the ferries at the quays", "other", title="the ferry at noon")
    text = "ferry one. ferry two. harbour three. " * 90  # more chunks with a word than a row has
    chunks = [Chunk(at, at + 11) for at in range(0, len(text) - 11, 11)]
    store.put(Document("c", "-", text), chunks, np.array([[1, 0, 0]] * len(chunks), np.float32), "default")
    store.add_key("site", ["ask"])
    with store.view(SEES_ALL) as view:
        before = found(view)
        assert before[-1] == ["a", "a"]
        assert len(before[0]) > 100
    store.close()
    make_older(connection, number)
    with pytest.raises(
        MismatchError, match=rf"has schema {number}, made by an older Quoth; this one reads schema .* Run"
    ):
        open_store(postgresql_url, SIGNATURE, read_only=True)
    assert version(connection) == number
    writer = open_store(postgresql_url, SIGNATURE)
    assert version(connection) == VERSION
    with writer.view(SEES_ALL) as view:
        assert found(view) == before
    assert isinstance(writer, Maintained)
    assert writer.verify().faults == ()
    writer.delete("a", "default")
    put(writer, "d", "the ferry at noon", readers=("staff",))
    writer.keep_questions([asked(text="Where?")])
    assert writer.verify().faults == ()
    with writer.view(SEES_ALL) as view:
        assert [one.question.text for one in view.questions(ALL_QUESTIONS)] == ["Where?"]
        assert named(view, view.with_phrase(["at", "noon"], Filter(), 9)) == ["d"]
    with writer.view(of_groups(())) as view:
        assert [(one.id, one.readers) for one in view.summaries("default")] == [("c", ())]
    assert [(key.name, key.groups) for key in writer.service_keys()] == [("site", frozenset())]
    writer.close()
