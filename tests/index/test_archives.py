"""The files of zip archives: which they are, and which are refused, each by name and by itself."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from bomb_corpus import Bomb, archive_bombs

import index.archives
from index.archives import Archive, within
from index.errors import DocumentError, MediaTypeError, TooLargeError
from index.formats.registry import format_of
from index.loading import find_files, fingerprint_of, load_source
from index.parsing.parse import parse
from index.sources.folders import folder_at, sync
from index.storage.principals import SEES_ALL
from qa.assembly import Engine

LEAVE, PAY = "Staff get 26 days of leave.", "Pay comes on the 25th."


def packed(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "old.zip").write_bytes(packed({"staff/leave.md": LEAVE, "pay.txt": PAY, "staff/logo.xyz": "x"}))
    return folder


def names(path: Path) -> list[str]:
    return [file.relative_to(path).as_posix() for file in find_files(path)]


def test_an_archives_files_stand_for_it(folder: Path) -> None:
    assert names(folder) == ["old.zip/pay.txt", "old.zip/staff/leave.md"]
    assert find_files(folder / "old.zip") == [folder / "old.zip/pay.txt", folder / "old.zip/staff/leave.md"]
    source = load_source(
        folder / "old.zip/staff/leave.md", found_in=folder, document_id="handbook/old.zip/staff/leave.md"
    )
    assert (source.document.text, source.document.title, source.document.media_type) == (
        LEAVE,
        "leave",
        "text/markdown",
    )
    assert within(folder / "old.zip/pay.txt") == (folder / "old.zip", "pay.txt")
    assert within(folder / "old.zip") is within(folder / "none.zip/pay.txt") is None


def test_what_is_said_beside_the_archive_and_in_it_counts(folder: Path) -> None:
    (folder / "old.zip.meta.json").write_text('{"title": "Old", "metadata": {"year": 2020}, "readers": ["managers"]}')
    (folder / "new.zip").write_bytes(packed({"a.md": LEAVE, "a.md.meta.json": '{"title": "New", "readers": []}'}))
    (folder / "new.zip.meta.json").write_text('{"readers": ["managers"]}')
    assert names(folder) == ["new.zip/a.md", "old.zip/pay.txt", "old.zip/staff/leave.md"]
    old, new = (load_source(folder / each).document for each in ("old.zip/pay.txt", "new.zip/a.md"))
    assert (old.title, old.metadata, old.readers) == ("pay", {"year": 2020}, ("managers",))
    assert (new.title, new.metadata, new.readers) == ("New", {}, ())


def test_what_is_hidden_in_it_is_passed_over(folder: Path) -> None:
    files = {"a.md": LEAVE, ".git/b.md": "x", "__MACOSX/._a.md": "x", "c/.d.md": "x", "e.md/": ""}
    assert Archive(packed(files), "a.zip").names() == ["a.md"]


def read(files: dict[str, str | bytes], name: str, **how: int) -> bytes:
    return Archive(packed(files, **how), "a.zip").read(name)


@pytest.mark.parametrize(
    ("name", "inside", "message"),
    [
        (
            "../../etc/leave.md",
            "_..%2F..%2Fetc%2Fleave.md",
            "is called '../../etc/leave.md' in the archive, which leads out",
        ),
        ("/etc/leave.md", "_%2Fetc%2Fleave.md", "is called '/etc/leave.md' in the archive, which leads out"),
        ("a/../../leave.md", "_a%2F..%2F..%2Fleave.md", "is called 'a/../../leave.md' in the archive"),
        ("..\\leave.md", "_..%5Cleave.md".replace("%5C", "%2F"), "is called '..\\\\leave.md' in the archive"),
        ("C:\\leave.md", "_C%3A%2Fleave.md", "is called 'C:\\\\leave.md' in the archive"),
    ],
)
def test_a_name_that_leads_out_is_one_refusal(folder: Path, name: str, inside: str, message: str) -> None:
    (folder / "bad.zip").write_bytes(packed({name: "The password is swordfish.", "good.md": LEAVE}))
    assert names(folder)[:2] == [f"bad.zip/{inside}", "bad.zip/good.md"]
    with pytest.raises(DocumentError) as error:
        load_source(folder / "bad.zip" / inside, found_in=folder)
    assert str(error.value).startswith(f"{folder}/bad.zip/{inside} {message}")


def test_a_link_and_what_is_encrypted_damaged_or_packed_otherwise_are_refused_and_the_rest_is_read() -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.md", "x")
        archive.writestr("damaged.md", "Damaged.")
        archive.writestr("good.md", LEAVE)
        archive.writestr("other.md", LEAVE * 9, zipfile.ZIP_LZMA)
    data = bytearray(buffer.getvalue().replace(b"Damaged.", b"Damages."))
    place = data.index(b"secret.md", data.index(b"PK\x01\x02"))
    data[place - 46 + 8] |= 1  # the flag of an encrypted file, in the directory
    read = Archive(bytes(data), "a.zip").read
    for name, message in {
        "link.md": "a.zip/link.md is a link in the archive: pack the file that it leads to.",
        "secret.md": "a.zip/secret.md is encrypted: pack it without a password.",
        "damaged.md": "a.zip/damaged.md is damaged in the archive (Bad CRC-32 for file 'damaged.md'): copy or download "
        "it again.",
        "other.md": "a.zip/other.md is packed in a way that isn't read: pack it as zip does by itself.",
        "none.md": "a.zip has no file none.md: check the spelling.",
    }.items():
        with pytest.raises(DocumentError) as error:
            read(name)
        assert str(error.value) == message
    assert read("good.md").decode() == LEAVE


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    large = packed({"a.md": b" " * (51 * 2**20), "good.md": LEAVE})
    with pytest.raises(TooLargeError, match=r"a\.zip/a\.md has 51 MiB; at most 50 MiB are taken: split it"):
        Archive(large, "a.zip").read("a.md")
    assert Archive(large, "a.zip").read("good.md").decode() == LEAVE
    monkeypatch.setattr(index.archives, "MAX_UNPACKED", 50 * 2**20)
    with pytest.raises(TooLargeError, match=r"a\.zip unpacks to more than 20,000 files or 50 MiB"):
        Archive(large, "a.zip")
    monkeypatch.setattr(index.archives, "MAX_FILES", 1)
    with pytest.raises(TooLargeError, match=r"a\.zip unpacks to more than 1 files"):
        Archive(packed({"a.md": "a", "b.md": "b"}), "a.zip")
    (tmp_path / "many.zip").write_bytes(packed({f"{i}.md": "a" for i in range(3)}))
    with pytest.raises(DocumentError, match=r"many\.zip has more than 1 files, which is all that is taken"):
        load_source(tmp_path / "many.zip")


@pytest.mark.slow
@pytest.mark.parametrize("bomb", list(archive_bombs(0.01)), ids=lambda bomb: bomb.name)
def test_each_bomb_is_refused_as_a_whole_or_file_by_file(bomb: Bomb, tmp_path: Path) -> None:
    told = []
    try:
        archive = Archive(bomb.data, bomb.name)
    except DocumentError as error:
        told.append(str(error))
    else:
        for name in archive.names():
            with pytest.raises(DocumentError) as error:
                load_bytes(archive.read(name), f"{bomb.name}/{name}")
            told.append(str(error.value))
    assert told
    assert all(each.startswith(bomb.name) for each in told)
    (tmp_path / bomb.name).write_bytes(bomb.data)
    assert len(find_files(tmp_path)) == len(find_files(tmp_path / bomb.name)) or bomb.name == "nested.zip"


def load_bytes(data: bytes, name: str) -> None:
    """As an upload of it is read."""
    parse(data, name, format_of(name).media_type)


def test_what_says_less_than_it_unpacks_to_is_cut_at_what_it_says() -> None:
    data = bytearray(packed({"a.md": b" " * 2**20}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")  # its size, as the directory says it
    with pytest.raises(DocumentError, match=r"a\.zip/a\.md is damaged in the archive \(Bad CRC-32"):
        Archive(bytes(data), "a.zip").read("a.md")


def test_an_archive_in_an_archive_is_passed_over_and_what_is_none_is_refused(folder: Path) -> None:
    (folder / "nested.zip").write_bytes(packed({"inner.zip": packed({"a.md": LEAVE})}))
    (folder / "none.zip").write_bytes(b"PK, but no archive")
    assert names(folder) == ["none.zip", "old.zip/pay.txt", "old.zip/staff/leave.md"]
    with pytest.raises(DocumentError, match=r"none\.zip is no zip archive, or is damaged or cut short"):
        load_source(folder / "none.zip")
    with pytest.raises(DocumentError, match=r"nested\.zip has no file in it that Quoth reads: unpack it"):
        load_source(folder / "nested.zip")


def synced(engine: Engine, path: Path) -> dict[str, str]:
    return {each.id: each.status for each in sync(engine.store, engine.indexer, folder_at(path), "default")}


def indexed(engine: Engine) -> set[str]:
    with engine.store.view(SEES_ALL) as view:
        return {each.id for each in view.summaries("default")}


@pytest.mark.slow
def test_what_came_from_an_archive_goes_with_it(fresh: Engine, folder: Path) -> None:
    both = {"handbook/old.zip/pay.txt", "handbook/old.zip/staff/leave.md"}
    assert synced(fresh, folder) == dict.fromkeys(sorted(both), "added")
    whole = (folder / "old.zip").read_bytes()
    (folder / "old.zip").write_bytes(whole[:-60])
    assert synced(fresh, folder) == {f"{folder}/old.zip": "refused"}
    assert indexed(fresh) == both  # a damaged archive keeps its documents, as a damaged file does
    (folder / "old.zip").write_bytes(packed({"pay.txt": "Pay comes on the 1st."}))
    assert synced(fresh, folder) == {
        "handbook/old.zip/pay.txt": "replaced",
        "handbook/old.zip/staff/leave.md": "removed",
    }
    (folder / "other.md").write_text(LEAVE)
    (folder / "old.zip").unlink()
    assert synced(fresh, folder) == {"handbook/other.md": "added", "handbook/old.zip/pay.txt": "removed"}


def test_a_file_in_an_archive_looks_as_the_archive_does(folder: Path) -> None:
    os.utime(folder / "old.zip", (1, 1))
    assert fingerprint_of(folder / "old.zip/pay.txt") == fingerprint_of(folder / "old.zip")


def test_other_archives_are_refused_with_the_cure(folder: Path) -> None:
    (folder / "a.7z").write_bytes(b"7z")
    with pytest.raises(MediaTypeError, match=r"a\.7z is an archive: unpack it and bring the files in it"):
        find_files(folder / "a.7z")
