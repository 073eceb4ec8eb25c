"""What made an index: the embedder and how documents were chunked. Stored in the index, and never changed but by a
rebuild.
"""

import json
from dataclasses import asdict, dataclass, fields
from functools import cache

from index.context import ChunkContext
from index.language.english import ENGLISH
from index.model_files import PACKAGED


@dataclass(frozen=True, slots=True)
class Signature:
    """Vectors and chunks of two signatures must never meet in one index.

    `embedder_sha256` is the digest of all files of the embedder that change a vector, `dimension` the components of a
    vector; chunks have at most `chunk_tokens` tokens, of which `chunk_overlap` are the end of the chunk before;
    `language` is the one by whose rules texts are cut and words found.
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
        """How documents were cut, in words."""
        size = f"{self.chunk_tokens} tokens, overlap {self.chunk_overlap}"
        return f"{size}, context {self.chunk_context}, language {self.language}"

    def to_json(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self))

    def differences(self, stored: "Signature") -> list[str]:
        """In what an index with the signature `stored` differs from this one, each by name; none for the same."""
        pairs = [(field.name, getattr(stored, field.name), getattr(self, field.name)) for field in fields(self)]
        return [f"{name} {there!r} (here {here!r})" for name, there, here in pairs if there != here]


@cache
def from_json(text: str) -> Signature:
    """What `to_json` wrote, now or in an older Quoth.

    Without a language it is English. An older Quoth recorded the digest of the weights alone: where they are a packaged
    model's, its other files are known, since they have never changed; else the digest is another than the model has
    now, so that a rebuild is asked for. Raises ValueError for anything else.
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
