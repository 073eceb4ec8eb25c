"""PostgreSQL keeps to the contract too, on a real server, each test in a schema of its own."""

import re
import time

import numpy as np
import psycopg
import pytest
from postgresql_server import PostgreSQLServer
from storage_contract import StorageContract
from store_support import SIGNATURE
from support import ROOT

from index.chunking import Chunk
from index.documents import Document
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.stores import create_store, open_store, store_exists

pytestmark = pytest.mark.slow


class TestPostgreSQL(StorageContract):
    @pytest.fixture
    def url(self, postgresql_url: str) -> str:
        return postgresql_url


def test_a_url_without_a_host_is_libpqs_too(postgresql: PostgreSQLServer, postgresql_url: str) -> None:
    """As for a socket of the machine's; here the query names the host."""
    schema = postgresql_url.rpartition("=")[2]
    url = f"postgresql:///postgres?host=127.0.0.1&port={postgresql.port}&user=postgres&schema={schema}"
    assert not store_exists(url)
    store = create_store(url, SIGNATURE)
    assert store.url == url
    store.close()
    assert store_exists(postgresql_url)


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("hnsw", 0),
        ("ivfflat", 10),  # all of which are looked through, so that nothing is missed
        ("ivfflat", 100),  # 20 of which have about 60 of the vectors
    ],
)
def test_the_indexes_of_the_operations_page_are_searched(
    kind: str, lists: int, postgresql: PostgreSQLServer, postgresql_url: str
) -> None:
    page = (ROOT / "qa" / "service" / "OPERATIONS.md").read_text()
    (statements,) = [block for block in re.findall(r"```sql\n(.*?)```", page, re.DOTALL) if f"USING {kind}" in block]
    statements = statements.replace("lists = 1000", f"lists = {lists}")
    schema, dimension = postgresql_url.rpartition("=")[2], SIGNATURE.dimension
    vectors = np.random.default_rng(2).standard_normal((300, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store = create_store(postgresql_url, SIGNATURE)
    document = Document("a", "A", "x" * 300)
    store.put(document, [Chunk(i, i + 1) for i in range(300)], vectors, "default")
    with store.view(SEES_ALL) as view:
        exactly = view.nearest(vectors[7], Filter(), 20)
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        for statement in statements.replace("384", str(dimension)).replace("quoth.", f"{schema}.").split(";"):
            if statement.strip() and "maintenance_work_mem" not in statement:
                connection.execute(statement.encode())
        connection.execute("ALTER ROLE postgres IN DATABASE postgres SET enable_seqscan = off")
        connection.execute("ALTER ROLE postgres IN DATABASE postgres SET enable_sort = off")
    try:
        searching = open_store(postgresql_url)
        with searching.view(SEES_ALL) as view:
            if lists < 100:
                assert view.nearest(vectors[7], Filter(), 20) == exactly
            found = view.nearest(vectors[7], Filter(), 250)
            assert len(found) == 250  # more than are looked at before it is looked on
            assert list(found.values()) == sorted(found.values(), reverse=True)
            assert len(view.nearest(vectors[7], Filter("default", ("a",)), 20)) == 20
        searching.close()
        assert scans(postgresql, schema) > 0
    finally:
        with psycopg.connect(postgresql.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE postgres IN DATABASE postgres RESET ALL")
        store.close()


def scans(postgresql: PostgreSQLServer, schema: str) -> int:
    """How often the index was searched, once the server's processes have told so."""
    query = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'vectors_nearest' AND schemaname = %s"
    with psycopg.connect(postgresql.url, autocommit=True) as connection:
        for _ in range(50):
            (found,) = connection.execute(query, (schema,)).fetchone() or (0,)
            if found:
                break
            time.sleep(0.1)
    return int(found)
