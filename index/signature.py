"""What an index was made with: the embedder and the chunking. Stored in the index; only a rebuild changes it."""

import json
from dataclasses import asdict, dataclass, fields
from functools import cache

from index.context import ChunkContext
from index.language.english import ENGLISH
from index.model_files import PACKAGED


@dataclass(frozen=True, slots=True)
class Signature:
    """What an index was made with. An index never has vectors or chunks of two signatures.

    `embedder_sha256` is the digest of all the embedder's files that affect a vector, and `dimension` the number of a
    vector's components. A chunk has at most `chunk_tokens` tokens, up to `chunk_overlap` of them from the chunk before.
    `language` is the code of the language whose rules cut texts and match words.
    """

    embedder: str
    embedder_sha256: str
    dimension: int
    chunk_tokens: int
    chunk_overlap: int
    chunk_context: ChunkContext = "none"
    language: str = ENGLISH.code

    @property
    def chunking(self) -> str:
        """How documents are chunked, in words; a calibration is fitted for it."""
        size = f"{self.chunk_tokens} tokens, overlap {self.chunk_overlap}"
        return f"{size}, context {self.chunk_context}, language {self.language}"

    def to_json(self) -> str:
        """As stored; `from_json` reads it back."""
        return json.dumps(asdict(self))

    def differences(self, stored: "Signature") -> list[str]:
        """What is different in `stored`, each by name and both values; empty if they are equal."""
        pairs = [(field.name, getattr(stored, field.name), getattr(self, field.name)) for field in fields(self)]
        return [f"{name} {there!r} (here {here!r})" for name, there, here in pairs if there != here]


@cache
def from_json(text: str) -> Signature:
    """The signature that `to_json` of this or an older version of Quoth wrote. Raises ValueError for anything else.

    Older versions had no language, which means English, and only the digest of the weights. If that belongs to a
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
    kinds = {field.name: int if field.type is int else str for field in fields(Signature)}
    if any(type(value) is not kinds.get(name) for name, value in values.items()):
        raise ValueError("A signature has names and numbers.")
    try:
        return Signature(**values)
    except TypeError as error:
        raise ValueError(str(error)) from error  # one is missing
