"""What a file beside another says of it, and what it can't say."""

import json
from pathlib import Path
from typing import Any

import pytest

from index import loading
from index.errors import DocumentError
from index.loading import find_files, fingerprint_of, load, load_source


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "report.md"
    file.write_text("---\nteam: sea\nyear: 2025\n---\n# Report\n\nAll is well.")
    return file


def say(file: Path, fields: Any) -> Path:
    beside = file.with_name(f"{file.name}.meta.json")
    beside.write_text(fields if isinstance(fields, str) else json.dumps(fields))
    return beside


def test_it_goes_before_what_the_file_says(file: Path) -> None:
    metadata = {"year": 2026, "public": True, "note": "two\nlines", "empty": ""}
    beside = say(file, {"title": "The report", "uri": "https://site.example/report", "metadata": metadata})
    document = load(file)
    assert (document.title, document.uri) == ("The report", "https://site.example/report")
    assert document.metadata == {"team": "sea", "year": 2026, "public": True, "note": "two lines", "empty": ""}
    assert find_files(file.parent) == [file]
    file.unlink()
    assert find_files(file.parent) == [beside]  # then it is JSON like any other


def test_readers_are_named_in_front_matter_or_beside_it(file: Path) -> None:
    assert load(file).readers == ()
    for front_matter, readers in {
        "readers: staff": ("staff",),
        "readers: [staff, managers of 2026, 'Ωμέγα']": ("managers of 2026", "staff", "Ωμέγα"),
        "readers: staff, managers": ("managers", "staff"),
        "readers:\n- staff\nteam: sea": ("staff",),
        "readers: []": (),
        "Readers: staff": (),
    }.items():
        file.write_text(f"---\n{front_matter}\n---\n# Report\n\nAll is well.")
        document = load(file)
        assert document.readers == readers
        assert "readers" not in document.metadata
    file.write_text("---\nreaders: staff\n---\n# Report\n\nAll is well.")
    for said, readers in (({"title": "x"}, ("staff",)), ({"readers": ["b", "a"]}, ("a", "b")), ({"readers": []}, ())):
        say(file, said)
        assert load(file).readers == readers


@pytest.mark.parametrize(
    ("front_matter", "message"),
    [
        ("readers: 7", "has readers that are no names of groups: write `readers: [staff, managers]`"),
        ("readers:", "has readers that are no names of groups"),
        ("readers: {staff: yes}", "has readers that are no names of groups"),
        ("readers: [[staff]]", "has readers that are no names of groups"),
        ("readers: [staff, 2026-01-01]", "has readers that are no names of groups"),
        ("readers: [staff\nteam: sea", "names its readers in front matter that is no YAML"),
        ("'readers': [staff\nteam: sea", "names its readers in front matter that is no YAML"),
        ("readers: [staff, '*']", "The group '*' of"),
        ("readers: staff,, managers", "The group '' of"),
        (f"readers: {'x' * 129}", "has 129 characters"),
        (f"readers: [{'x' * 100}, {'y' * 1000}]", "names readers of 1102 characters; 1024 are taken"),
    ],
)
def test_a_document_whose_readers_cannot_be_read_is_nobodys(file: Path, front_matter: str, message: str) -> None:
    file.write_text(f"---\n{front_matter}\n---\n# Report\n\nAll is well.")
    with pytest.raises(DocumentError) as error:
        load(file)
    assert message in str(error.value)
    assert file.name in str(error.value)


def test_a_change_of_it_is_a_change_of_the_document(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_FRESH_SECONDS", -1)
    before = fingerprint_of(file)
    beside = say(file, {"title": "One"})
    first = fingerprint_of(file)
    beside.write_text('{"title": "Two"}')
    assert len({before, first, fingerprint_of(file)}) == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("{", "is no JSON that can be read"),
        ("[" * 100_000, "is no JSON that can be read"),
        ("[]", 'has no fields: write {"title": …'),
        ({"titel": "x", "tags": []}, "has 'titel', 'tags', which are no fields of a document: known are title, uri, metadata, readers;"),
        ({"title": 1}, "has a title that is no line of text of at most 512 characters"),
        ({"uri": "a\nb"}, "has a uri that is no line of text of at most 2048 characters"),
        ({"metadata": ["x"]}, "has metadata that isn't a list of names and values"),
        ({"metadata": {"a": {"b": 1}}}, "has 'a' as metadata, which can't be kept"),
        ({"metadata": {"a": None}}, "has 'a' as metadata, which can't be kept"),
        ({"metadata": {"a": "x" * 1025}}, "has 'a' as metadata, which can't be kept"),
        ('{"metadata": {"a": NaN}}', "has 'a' as metadata, which can't be kept"),
        ({"metadata": {"": 1}}, "has '' as metadata, which can't be kept"),
        ({"metadata": {str(n): n for n in range(65)}}, "has 65 fields of metadata, but 64 are kept"),
        ({"readers": "staff"}, "has readers that aren't a list of groups: write {\"readers\": [\"staff\"]}"),
        ({"readers": None}, "has readers that aren't a list of groups"),
        ({"readers": ["staff", 7]}, "has readers that aren't a list of groups"),
        (" " * 300_000, "has more than 256 KiB"),
    ],
)  # fmt: skip
def test_what_it_can_not_say(file: Path, fields: Any, message: str) -> None:
    beside = say(file, fields)
    with pytest.raises(DocumentError) as error:
        load(file)
    assert str(error.value).startswith(f"{beside} {message}")


def test_a_link_out_of_the_folder_says_nothing(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    inside = folder / "a.md"
    inside.write_text("Words.")
    (folder / "a.md.meta.json").symlink_to(say(file, {"title": "Secret"}))
    with pytest.raises(DocumentError, match=r"a.md.meta.json is a link that leads out of .*folder: bring a copy"):
        load_source(inside, found_in=folder)
