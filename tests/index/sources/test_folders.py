"""A folder and its documents in step."""

import os
import shutil
from pathlib import Path

import pytest
from support import ROOT

import index.loading
from index.documents import Document
from index.errors import DocumentError, NotFoundError
from index.sources.fingerprints import Fingerprints
from index.sources.folders import folder_at, sync
from index.storage.principals import SEES_ALL
from qa.assembly import Engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    (folder / "sub").mkdir(parents=True)
    (folder / "leave.md").write_text("Staff get 21 days of leave.")
    (folder / "sub" / "pay.txt").write_text("Pay comes on the 25th.")
    return folder


def synced(engine: Engine, path: Path, **options: bool) -> dict[str, str]:
    """Id → what became of it."""
    outcomes = sync(engine.store, engine.indexer, folder_at(path), "default", **options)
    return {outcome.id: outcome.status for outcome in outcomes}


def indexed(engine: Engine, collection: str = "default") -> dict[str, str]:
    """Id → text."""
    with engine.store.view(SEES_ALL) as view:
        return {each.id: view.document(each.id, collection).text for each in view.summaries(collection)}


def test_what_is_new_changed_or_gone(fresh: Engine, folder: Path) -> None:
    assert synced(fresh, folder) == {"handbook/leave.md": "added", "handbook/sub/pay.txt": "added"}
    assert synced(fresh, folder) == {"handbook/leave.md": "unchanged", "handbook/sub/pay.txt": "unchanged"}
    (folder / "leave.md").write_text("Staff get 26 days of leave.")
    (folder / "sub" / "pay.txt").rename(folder / "pay.txt")
    expected = {"handbook/leave.md": "replaced", "handbook/pay.txt": "added", "handbook/sub/pay.txt": "removed"}
    before = indexed(fresh)
    assert synced(fresh, folder, dry_run=True) == expected
    assert indexed(fresh) == before
    assert synced(fresh, folder) == expected
    assert indexed(fresh) == {
        "handbook/leave.md": "Staff get 26 days of leave.",
        "handbook/pay.txt": "Pay comes on the 25th.",
    }


def test_only_what_is_the_folders_is_removed(fresh: Engine, folder: Path) -> None:
    documents = [Document(name, name, "Else.") for name in ("handbook-2/a.md", "handbook", "other/handbook/a.md")]
    list(fresh.indexer.add_all(documents, "default"))
    list(fresh.indexer.add_all([Document("handbook/b.md", "b", "Of another collection.")], "second"))
    synced(fresh, folder)
    (folder / "leave.md").unlink()
    assert synced(fresh, folder)["handbook/leave.md"] == "removed"
    assert set(indexed(fresh)) == {"handbook-2/a.md", "handbook", "other/handbook/a.md", "handbook/sub/pay.txt"}
    assert set(indexed(fresh, "second")) == {"handbook/b.md"}


def test_an_emptied_folder_removes_nothing_unless_told(fresh: Engine, folder: Path) -> None:
    synced(fresh, folder)
    before = indexed(fresh)
    (folder / "leave.md").unlink()
    (folder / "sub" / "pay.txt").unlink()
    for options in ({}, {"dry_run": True}):
        with pytest.raises(
            NotFoundError, match=r"has no file that could be read, and 2 documents of 'handbook' would go.*--prune-all"
        ):
            synced(fresh, folder, **options)
    assert indexed(fresh) == before
    assert synced(fresh, folder, prune_all=True) == dict.fromkeys(before, "removed")
    assert indexed(fresh) == {}
    assert synced(fresh, folder) == {}


def test_a_file_that_can_not_be_read_keeps_its_document(fresh: Engine, folder: Path) -> None:
    synced(fresh, folder)
    (folder / "leave.md").write_bytes(b"\xff\xfe\x00")
    assert synced(fresh, folder) == {"handbook/sub/pay.txt": "unchanged", str(folder / "leave.md"): "refused"}
    assert indexed(fresh)["handbook/leave.md"] == "Staff get 21 days of leave."


def test_ids_are_the_same_from_anywhere_and_through_links(
    fresh: Engine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(fresh, folder)
    for here, named in ((tmp_path, "handbook"), (folder, "."), (folder / "sub", "../"), (tmp_path, "handbook/sub/..")):
        monkeypatch.chdir(here)
        assert set(synced(fresh, Path(named)).values()) == {"unchanged"}
    (tmp_path / "releases").mkdir()
    folder.rename(tmp_path / "releases" / "1")
    folder.symlink_to(tmp_path / "releases" / "1")
    assert set(synced(fresh, folder).values()) == {"unchanged"}


def test_a_folder_whose_files_are_links_to_this_weeks(fresh: Engine, tmp_path: Path) -> None:
    """As Kubernetes mounts a ConfigMap: shift.md → ..data/shift.md, and ..data → ..2026_01."""
    mount = tmp_path / "cm"
    for week, time in (("..1", "21:40"), ("..2", "22:15")):
        (mount / week).mkdir(parents=True)
        (mount / week / "shift.md").write_text(f"The night shift begins at {time}.")
        (mount / "..data").unlink(missing_ok=True)
        (mount / "..data").symlink_to(week)
        if week == "..1":
            (mount / "shift.md").symlink_to("..data/shift.md")
        synced(fresh, mount)
    assert indexed(fresh) == {"cm/shift.md": "The night shift begins at 22:15."}


def test_a_link_to_another_file_of_the_folder_is_that_file(fresh: Engine, folder: Path, tmp_path: Path) -> None:
    (folder / "copy.md").symlink_to("leave.md")
    (tmp_path / "secret.md").write_text("The password is swordfish.")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    outcomes = synced(fresh, folder)
    assert outcomes.pop(str(folder / "out.md")) == "refused"
    assert outcomes == {"handbook/leave.md": "added", "handbook/sub/pay.txt": "added"}


def test_what_is_left_out(fresh: Engine, folder: Path) -> None:
    (folder / "drafts").mkdir()
    for name in ("drafts/a.md", "b.bak.md", "sub/drafts.md", ".hidden.md"):
        (folder / name).write_text("Not yet.")
    files = folder_at(folder, "team/book/", ["drafts/", "*.bak.md", "/leave.md"]).files()
    assert files == {
        "team/book/sub/drafts.md": folder / "sub" / "drafts.md",
        "team/book/sub/pay.txt": folder / "sub" / "pay.txt",
    }


def test_what_is_no_folder_is_refused(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no folder .*nowhere: name one"):
        folder_at(folder / "nowhere")
    with pytest.raises(NotFoundError, match="There is no folder .*leave.md: name one"):
        folder_at(folder / "leave.md")
    with pytest.raises(DocumentError, match="/ has no name that ids could begin with: give it one"):
        folder_at(Path("/"))


SAYS = r"printf 'level\n5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90\tBees\n'"


def tesseract(folder: Path, does: str) -> str:
    """A PATH with a program that recognises this and notes down that it was asked."""
    folder.mkdir()
    (folder / "tesseract").write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo Languages:; echo eng; echo x >> {folder}/asked; exit; fi\n{does}\n'
    )
    (folder / "tesseract").chmod(0o755)
    return str(folder)


@pytest.mark.slow
def test_pictures_are_read_where_that_can_be_and_stay_where_it_no_longer_can(
    fresh: Engine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "tests/data/formats/notice.png", folder / "notice.png")
    monkeypatch.setenv("PATH", "")
    assert "handbook/notice.png" not in synced(fresh, folder)
    monkeypatch.setenv("PATH", tesseract(tmp_path / "bin", SAYS))
    assert synced(fresh, folder)["handbook/notice.png"] == "added"
    monkeypatch.setenv("PATH", "")
    assert synced(fresh, folder) == {"handbook/leave.md": "unchanged", "handbook/sub/pay.txt": "unchanged"}
    assert indexed(fresh)["handbook/notice.png"] == "Bees"
    (folder / "notice.png").unlink()
    assert synced(fresh, folder)["handbook/notice.png"] == "removed"


@pytest.mark.slow
def test_a_picture_without_text_is_no_failure_and_is_looked_at_once(
    fresh: Engine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "tests/data/formats/notice.png", folder / "notice.png")
    os.utime(folder / "notice.png", (1, 1))
    monkeypatch.setattr(index.loading, "_FRESH_SECONDS", -1)
    monkeypatch.setenv("PATH", tesseract(tmp_path / "bin", "echo level"))
    fingerprints, became = Fingerprints(tmp_path / "seen.json"), []
    for _ in range(2):
        outcomes = sync(fresh.store, fresh.indexer, folder_at(folder), "default", fingerprints=fingerprints)
        became.append({outcome.id: outcome.status for outcome in outcomes}["handbook/notice.png"])
    assert became == ["without text", "unchanged"]
    assert (tmp_path / "bin" / "asked").read_text() == "x\n"
    assert "handbook/notice.png" not in indexed(fresh)


class Counting:
    """The embedder, which notes down what it embeds."""

    def __init__(self, embedder: object) -> None:
        self._embedder, self.embedded = embedder, []

    def __getattr__(self, name: str) -> object:
        return getattr(self._embedder, name)

    def embed_passages(self, texts: list[str]) -> object:
        self.embedded += texts
        return self._embedder.embed_passages(texts)


def test_a_renamed_file_is_not_embedded_again(fresh: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "leave.md").write_text("# Leave\n\nStaff get 21 days of leave.")
    synced(fresh, folder)
    with fresh.store.view(SEES_ALL) as view:
        before = view.vectors_of("handbook/leave.md", "default")
    counting = Counting(fresh.indexer._embedder)
    monkeypatch.setattr(fresh.indexer, "_embedder", counting)
    (folder / "leave.md").rename(folder / "sub" / "holidays.md")
    (folder / "sub" / "pay.txt").rename(folder / "sub" / "wages.txt")  # its title is its name, and is embedded too
    became = synced(fresh, folder)
    assert became == {"handbook/sub/holidays.md": "added", "handbook/sub/wages.txt": "added", "handbook/leave.md": "removed",
                      "handbook/sub/pay.txt": "removed"}  # fmt: skip
    assert counting.embedded == ["wages. Pay comes on the 25th."]
    with fresh.store.view(SEES_ALL) as view:
        assert (view.vectors_of("handbook/sub/holidays.md", "default") == before).all()
