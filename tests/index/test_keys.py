"""Keys in the data file: kept as hashes, compared whole, gone when revoked."""

import re
from pathlib import Path
from typing import Any

import pytest
from support import forget_tables

from index import keys
from index.errors import KeyNameError, NotFoundError
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = SQLiteStore.create(tmp_path / FILE_NAME, Signature("toy", "0" * 64, 3, 100, 10))
    yield store
    store.close()


def add(store: SQLiteStore, name: str, *scopes: str) -> str:
    return store.add_key(name, scopes)


def known(store: SQLiteStore) -> list[keys.Key]:
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.version == 0  # no answer changes by a key
        return store.service_keys()


def test_a_key_is_known_again_and_kept_only_as_a_hash(store: SQLiteStore) -> None:
    key, other = add(store, "site", "write", "ask"), add(store, "wiki", "admin")
    assert re.fullmatch(r"quoth_[\w-]{43}", key)
    assert key != other
    site, wiki = known(store)
    assert (site.name, site.scopes, wiki.scopes) == ("site", {"ask", "write"}, {"admin"})
    assert keys.matching([site, wiki], key) == site
    assert keys.matching([site, wiki], other) == wiki
    for wrong in ("", key[:-1], key + "x", key.upper(), key.removeprefix("quoth_"), site.sha256, "quoth_ü"):
        assert keys.matching([site, wiki], wrong) is None
    stored = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert key.removeprefix("quoth_").encode() not in stored
    assert site.sha256 not in repr(site)
    assert len(site.secret) == 32
    assert site.secret != wiki.secret


def test_a_revoked_key_leaves_nothing_and_its_number_is_not_used_again(store: SQLiteStore) -> None:
    key = add(store, "site", "ask")
    (first,) = known(store)
    store.revoke_key("site")
    assert known(store) == []
    add(store, "site", "ask")
    (second,) = known(store)
    assert second.id > first.id
    assert keys.matching([second], key) is None
    with pytest.raises(NotFoundError, match="no key 'none': `quoth keys list`"):
        store.revoke_key("none")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 65])
def test_names_are_ones_to_print(store: SQLiteStore, name: str) -> None:
    with pytest.raises(KeyNameError, match="1 to 64 printable characters"):
        add(store, name, "ask")


def test_a_name_is_used_once(store: SQLiteStore) -> None:
    add(store, "site", "ask")
    with pytest.raises(KeyNameError, match="a key 'site' already: choose another name, or revoke it first"):
        add(store, "site", "admin")
    assert [key.scopes for key in known(store)] == [{"ask"}]


def test_an_older_file_has_none_and_takes_some(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    SQLiteStore.create(path, Signature("toy", "0" * 64, 3, 100, 10)).close()
    forget_tables(path)
    reader = SQLiteStore(path, read_only=True)
    assert known(reader) == []
    writer = SQLiteStore(path)
    add(writer, "site", "ask")
    assert len(known(writer)) == 1
    assert len(known(reader)) == 1  # which was opened before, and must not go on letting everybody in
    reader.close()
    writer.close()


def test_keys_outlive_rebuilding(store: SQLiteStore) -> None:
    key = add(store, "site", "ask")
    before = known(store)
    store.rebuild(Signature("other", "1" * 64, 3, 100, 10), iter([]))
    assert store.service_keys() == before
    assert keys.matching(before, key)
