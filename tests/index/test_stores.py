"""A store is named by a URL; one that names none is refused, with the kinds that there are."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from memory_store import memory_backend
from store_support import SIGNATURE

from index import stores
from index.errors import SettingsError
from index.storage.base import Maintained
from qa.assembly import Engine
from qa.cli.main import main
from qa.settings import load_settings

REFUSED = {
    "mysql://host/quoth": "There is no kind of store 'mysql', as 'mysql://host/quoth' has it: known are postgresql, sqlite.",
    "SQLITE:///q.sqlite3": "There is no kind of store 'SQLITE', as 'SQLITE:///q.sqlite3' has it: known are postgresql, sqlite.",
    "data/quoth.sqlite3": "The store 'data/quoth.sqlite3' is no URL: write it as sqlite:///FILE. Known kinds are postgresql, sqlite.",
    "sqlite:///": "The store 'sqlite:///' names no place: write it as sqlite:///FILE.",
    "postgresql://": "The store 'postgresql://' names no place: write it as postgresql://USER@HOST/DATABASE.",
}


@pytest.mark.parametrize("url", REFUSED)
def test_the_library_refuses_it(url: str) -> None:
    for use in (
        stores.open_store,
        stores.store_exists,
        stores.check_url,
        lambda url: stores.create_store(url, SIGNATURE),
    ):
        with pytest.raises(SettingsError) as error:
            use(url)
        assert str(error.value) == REFUSED[url]


@pytest.mark.parametrize("url", REFUSED)
def test_the_setting_and_every_command_refuse_it(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUOTH_STORE", url)
    monkeypatch.chdir(tmp_path)
    message = f"QUOTH_STORE is {url!r}: {REFUSED[url][:1].lower()}{REFUSED[url][1:]}"
    with pytest.raises(SettingsError):
        load_settings()
    for command in (["ask", "Why?"], ["documents"], ["index", "."], ["verify"], ["rebuild"], ["keys", "list"]):
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, result.output) == (1, f"Error: {message}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("replica", "complaint"),
    [
        ("sqlite:///copy.sqlite3", "QUOTH_STORE_READ names sqlite:///copy.sqlite3, which can't be a replica: only postgresql"),
        ("postgresql://q:hush@host/quoth", "QUOTH_STORE_READ names a PostgreSQL, and sqlite:///.*quoth.sqlite3 is none: unset"),
    ],
)  # fmt: skip
def test_only_a_postgresql_has_replicas(tmp_path: Path, replica: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        Engine(load_settings(store=f"sqlite:///{tmp_path}/quoth.sqlite3", store_read=replica), writing=True)


def test_a_replica_needs_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_STORE_READ", "postgresql://host/quoth")
    with pytest.raises(SettingsError, match="there is nothing that it could be a replica of: set QUOTH_STORE too"):
        load_settings()
    monkeypatch.setenv("QUOTH_STORE_READ", "mysql://host/quoth")
    with pytest.raises(SettingsError, match="QUOTH_STORE_READ is 'mysql://host/quoth': there is no kind of store"):
        load_settings(store="postgresql://host/quoth")


def test_no_password_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("postgres://quoth:hush@host/quoth", "mysql://:hush@host/quoth", "postgresql+x://q:hush@a,b/quoth?x=1"):
        monkeypatch.setenv("QUOTH_STORE", url)
        for use in (load_settings, lambda url=url: stores.check_url(url)):
            with pytest.raises(SettingsError, match="no kind of store") as error:
                use()
            assert "hush" not in str(error.value)
            assert ":…@" in str(error.value)


def test_another_kind_is_one_more_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stores.BACKENDS, "memory", memory_backend())
    with pytest.raises(SettingsError, match=r"no kind of store 'mysql', .*: known are memory, postgresql, sqlite\."):
        stores.open_store("mysql://host/quoth")
    assert not stores.store_exists("memory:///here")
    store = stores.create_store("memory:///here", SIGNATURE)
    assert stores.store_exists("memory:///here")
    assert not isinstance(store, Maintained)


def test_a_fourth_slash_makes_a_file_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for url, file in [
        ("sqlite:///here/a.sqlite3", Path("here/a.sqlite3")),
        (f"sqlite:///{tmp_path}/b", tmp_path / "b"),
    ]:
        store = stores.create_store(url, SIGNATURE)
        store.close()
        assert file.is_file()
        assert store.url == url
        assert isinstance(store, Maintained)
    assert stores.url_of_folder(tmp_path) == f"sqlite:///{tmp_path}/quoth.sqlite3"
