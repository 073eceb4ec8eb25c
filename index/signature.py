"""What an index was made with: the embedder and the chunking. Stored in the index; only a rebuild changes it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path

from index.context import ChunkContext
from index.errors import MismatchError
from index.language.english import ENGLISH
from index.model_files import PACKAGED


@dataclass(frozen=True, slots=True)
class Signature:
    """What an index was made with. An index never has vectors or chunks of two signatures.

    `embedder_sha256` is the digest of all the embedder's files that affect a vector, and `dimension` the number of a
    vector's components. A chunk has at most `chunk_tokens` tokens, up to `chunk_overlap` of them from the chunk before.
    `language` is the code of the language whose rules cut texts and match words; `languages` has (collection, code) for
    those collections where it is another, by name.
    """

    embedder: str
    embedder_sha256: str
    dimension: int
    chunk_tokens: int
    chunk_overlap: int
    chunk_context: ChunkContext = "none"
    language: str = ENGLISH.code
    languages: tuple[tuple[str, str], ...] = ()

    def language_in(self, collection: str) -> str:
        """The code of a collection's language."""
        return dict(self.languages).get(collection, self.language)

    def with_language(self, collection: str, code: str) -> "Signature":
        """The same with this language for a collection."""
        languages = {**dict(self.languages), collection: code}
        return replace(self, languages=others_than(self.language, languages))

    def chunking(self, collection: str) -> str:
        """How a collection's documents are chunked, in words; a calibration is fitted for it."""
        size = f"{self.chunk_tokens} tokens, overlap {self.chunk_overlap}"
        return f"{size}, context {self.chunk_context}, language {self.language_in(collection)}"

    def to_json(self) -> str:
        """As stored; `from_json` reads it back. Without `languages` it is as older versions stored it."""
        values = asdict(self)
        del values["languages"]
        return json.dumps({**values, **({"languages": dict(self.languages)} if self.languages else {})})

    def differences(self, stored: "Signature") -> list[str]:
        """What is different in `stored`, each by name and both values, apart from languages of single collections."""
        names = [field.name for field in fields(self) if field.name != "languages"]
        pairs = [(name, getattr(stored, name), getattr(self, name)) for name in names]
        return [f"{name} {there!r} (here {here!r})" for name, there, here in pairs if there != here]

    def check(self, stored: "Signature", where: str, file: Path | str, has: Callable[[str], bool]) -> None:
        """Raise MismatchError for an index that was made with another signature, `stored`.

        `has`: whether it has documents of a collection. A collection without any may get another language: its first
        document is stored with the one that is set then. `where` the index is, as "in FILE", and `file` are named in
        the error; names of collections are only in the message for the person at the machine.
        """
        if stored == self:
            return
        names = sorted({*dict(stored.languages), *dict(self.languages)})
        others = [name for name in names if stored.language_in(name) != self.language_in(name) and has(name)]
        differences = self.differences(stored)
        if differences or others:
            pairs = [(name, stored.language_in(name), self.language_in(name)) for name in others]
            named = [f"language {there!r} for the collection {name!r} (here {here!r})" for name, there, here in pairs]
            unnamed = [f"language {there!r} for one collection (here {here!r})" for _, there, here in pairs]
            error = _mismatch(where, [*differences, *named], file)
            error.public = _mismatch(where, [*differences, *unnamed], file).public
            raise error


def _mismatch(where: str, differences: Sequence[str], file: Path | str) -> MismatchError:
    return MismatchError(
        f"The index {where} was made with {', '.join(differences)}. Set them as they were, or run `quoth rebuild`, "
        "which chunks and embeds the stored documents anew.",
        file=file,
    )


def others_than(language: str, languages: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The (collection, code) pairs with another code than `language`, by name."""
    return tuple(sorted((name, code) for name, code in languages.items() if code != language))


@cache
def from_json(text: str) -> Signature:
    """The signature that `to_json` of this or an older version of Quoth wrote. Raises ValueError for anything else.

    Older versions had no languages, which means English, and only the digest of the weights. If that belongs to a
    packaged model, the digest of all its files is known, since they never changed. If not, the digest stays another one
    than the model's, so that the index is refused until it is rebuilt.
    """
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("A signature is an object.")  # of what is stored, not of what is passed
    weights = values.pop("weights_sha256", None)
    if weights is not None:
        model = PACKAGED.get(str(values.get("embedder")))
        same = model is not None and model.weights_sha256 == weights
        values["embedder_sha256"] = model.sha256 if model and same else weights
    languages = values.pop("languages", {})
    kinds = {field.name: int if field.type is int else str for field in fields(Signature)}
    if any(type(value) is not kinds.get(name) for name, value in values.items()):
        raise ValueError("A signature has names and numbers.")
    if not isinstance(languages, dict) or not all(isinstance(code, str) for code in languages.values()):
        raise ValueError("A signature's languages are names by collection.")
    try:
        made = Signature(**values)
        return replace(made, languages=others_than(made.language, languages))
    except TypeError as error:
        raise ValueError(str(error)) from error  # one is missing
