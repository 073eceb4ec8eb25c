"""Text → vectors. A query and a passage are different verbs, since some models want them marked differently.

Only this module and `qa/reading/reader.py` load a model, and only when the first text comes: counting tokens does not.
"""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import model_files
from index.errors import ModelError
from index.library_imports import quick_imports

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

DEFAULT_EMBEDDER = "quoth-embedder"


class Embedder(Protocol):
    """What the rest of Quoth asks of an embedder. Vectors are float32 of length one, so a dot product is a cosine."""

    @property
    def name(self) -> str:
        """The model's name, as set."""

    @property
    def sha256(self) -> str:
        """Hex digest of all files that change a vector: an index made with others is refused."""

    @property
    def dimension(self) -> int:
        """Components of a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text, special ones not counted, that a vector stands for."""

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of `text`, special ones not counted."""

    def embed_query(self, question: str) -> Vectors:
        """(dimension,) for a question."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension) for passages, in their order."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU, loaded when the first text is embedded. Safe to share between threads.

    `name` is a packaged model, a local folder or a hub name. Raises ModelError for a model that can't be found,
    whose files are not the published ones, or that can't be read without running code or a pickle of its folder.
    """

    def __init__(self, name: str = DEFAULT_EMBEDDER, batch_size: int = 32) -> None:
        self.name = name
        self._folder = model_files.locate(name)
        self._batch_size = batch_size
        self._encoding = Lock()  # the model's tokenizer can't be used from two threads at once

    @cached_property
    def sha256(self) -> str:
        """Hex digest of all files that change a vector."""
        if self.name in model_files.PACKAGED:
            return model_files.PACKAGED[self.name].sha256  # checked when it was located
        return model_files.digest_of(self._folder)

    @cached_property
    def dimension(self) -> int:
        """Components of a vector."""
        if self.name in model_files.PACKAGED:
            return model_files.PACKAGED[self.name].dimension
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"The model {self.name} doesn't say how long its vectors are: choose another.")
        return int(dimension)

    @cached_property
    def max_tokens(self) -> int:
        """Tokens of a text, special ones not counted, that a vector stands for; the rest would not be read."""
        if self.name in model_files.PACKAGED:
            return model_files.PACKAGED[self.name].max_tokens
        return int(self._model.max_seq_length or 512) - self._tokenizer.num_special_tokens_to_add(is_pair=False)

    def count_tokens(self, text: str) -> int:
        """How many tokens the model makes of `text`, special ones not counted. Loads no model."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_query(self, question: str) -> Vectors:
        """(dimension,) float32 of length one."""
        with self._encoding:
            vector: Vectors = self._model.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension) float32 of length one, in the order given; batched by length inside."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._encoding:
            vectors: Vectors = self._model.encode_document(
                list(texts), batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
            )
        return vectors

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        # A copy of our own: the model's truncates, and is not to be used from two threads at once
        from tokenizers import Tokenizer

        path = self._folder / "tokenizer.json"
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more precise
            raise ModelError(f"{path} can't be read as a tokenizer ({error}): name a folder that holds one.") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401  # importing the class for its name would load torch
        with quick_imports():
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

        logging.disable_progress_bar()
        with model_files.loading(self._folder):
            return SentenceTransformer(
                str(self._folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"dtype": "float32", "use_safetensors": True},  # whatever precision is on disk
            )
