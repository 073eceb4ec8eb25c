"""What made an index, as it is stored, compared, and read from older files."""

import json

import pytest

from index.model_files import PACKAGED
from index.signature import Signature, from_json

NAME = "all-MiniLM-L6-v2"
NOW = Signature(NAME, PACKAGED[NAME].sha256, 384, 128, 32)


def test_what_is_stored_comes_back() -> None:
    assert from_json(NOW.to_json()) == NOW
    assert NOW.differences(NOW) == []
    assert NOW.chunking("default") == "128 tokens, overlap 32, context none, language en"


def test_a_collection_may_have_a_language_of_its_own() -> None:
    two = NOW.with_language("notoj", "eo")
    assert (two.language_in("notoj"), two.language_in("default")) == ("eo", "en")
    assert two.chunking("notoj") == "128 tokens, overlap 32, context none, language eo"
    assert from_json(two.to_json()) == two
    assert json.loads(two.to_json())["languages"] == {"notoj": "eo"}
    english = two.with_language("notoj", "en")  # is as older versions stored it
    assert english == NOW
    assert "languages" not in json.loads(english.to_json())


@pytest.mark.parametrize("languages", [["eo"], {"notoj": 1}, "eo"])
def test_languages_that_are_none_are_refused(languages: object) -> None:
    with pytest.raises(ValueError, match="A signature's languages are names by collection"):
        from_json(json.dumps({**json.loads(NOW.to_json()), "languages": languages}))


def test_a_difference_is_told_by_name() -> None:
    other = Signature("other", "0" * 64, 384, 64, 32)
    assert NOW.differences(other) == [
        "embedder 'other' (here 'all-MiniLM-L6-v2')",
        f"embedder_sha256 {'0' * 64!r} (here {PACKAGED[NAME].sha256!r})",
        "chunk_tokens 64 (here 128)",
    ]


def older(name: str, weights: str) -> str:
    """As a Quoth stored it that knew an embedder by its weights alone."""
    return json.dumps(
        {"embedder": name, "weights_sha256": weights, "dimension": 384, "chunk_tokens": 128, "chunk_overlap": 32,
         "chunk_context": "none"}
    )  # fmt: skip


def test_an_older_index_of_the_packaged_embedder_is_the_same() -> None:
    assert from_json(older(NAME, PACKAGED[NAME].weights_sha256)) == NOW


def test_an_older_index_of_another_embedder_is_to_be_rebuilt() -> None:
    named = Signature("some/model", "a" * 64, 384, 128, 32)
    assert named.differences(from_json(older("some/model", "b" * 64))) != []
    assert NOW.differences(from_json(older(NAME, "b" * 64))) != []
