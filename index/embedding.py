"""Text → vectors. Queries and passages have methods of their own, since some models need different prompts for them.

Only this module and `qa/reading/reader.py` load a model, each at the first text; counting tokens doesn't load it.
"""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import model_files
from index.arithmetic import SAMPLES, Precision, arithmetic_of, limit_threads, map_words, multiply_in
from index.errors import ModelError
from index.library_imports import quick_imports

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

DEFAULT_EMBEDDER = "quoth-embedder"


class Embedder(Protocol):
    """What Quoth needs of an embedder. Vectors are float32 of length 1, so their dot product is their cosine."""

    @property
    def name(self) -> str:
        """The model's name, as in the setting."""

    @property
    def sha256(self) -> str:
        """Hex digest of all files that affect a vector; an index made with another digest is refused."""

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text that its vector represents, without special ones."""

    def count_tokens(self, text: str) -> int:
        """The number of tokens of `text`, without special ones."""

    def embed_query(self, question: str) -> Vectors:
        """The vector of a question, (dimension,)."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages in their order, (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU, loaded when the first text is embedded. Safe to share between threads.

    `name` is a packaged model, a local folder or a hub name. Raises ModelError for a model that can't be found, whose
    files aren't the published ones, or that can't be loaded without its own code or a pickle.
    `precision` is what it multiplies in; vectors of either meet in one index, their cosine being 0.9999 and more.
    """

    def __init__(self, name: str = DEFAULT_EMBEDDER, batch_size: int = 32, *, precision: Precision = "float32") -> None:
        self.name = name
        self._precision = precision
        self._folder = model_files.locate(name)
        self._batch_size = batch_size
        self._encoding = Lock()  # the model's tokenizer can't be used from two threads at once

    @cached_property
    def sha256(self) -> str:
        """Hex digest of all files that affect a vector."""
        if self.name in model_files.PACKAGED:
            return model_files.PACKAGED[self.name].sha256  # `locate` has checked it
        return model_files.digest_of(self._folder)

    @cached_property
    def dimension(self) -> int:
        """The number of components of a vector."""
        if self.name in model_files.PACKAGED:
            return model_files.PACKAGED[self.name].dimension
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"The model {self.name} doesn't say how long its vectors are: choose another.")
        return int(dimension)

    @cached_property
    def max_tokens(self) -> int:
        """The most tokens of a text that its vector represents, without special ones; any others would be ignored."""
        if self.name in model_files.PACKAGED:
            return model_files.PACKAGED[self.name].max_tokens
        return int(self._model.max_seq_length or 512) - self._tokenizer.num_special_tokens_to_add(is_pair=False)

    def count_tokens(self, text: str) -> int:
        """The number of tokens of `text`, without special ones. Doesn't load the model."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_query(self, question: str) -> Vectors:
        """The vector of a question, (dimension,)."""
        with self._encoding:
            vector: Vectors = self._model.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages in their order, (len(texts), dimension); embedded in batches sorted by length."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._encoding:
            vectors: Vectors = self._model.encode_document(
                list(texts), batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
            )
        return vectors

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        # Not the model's own tokenizer: that one truncates, and can't be used from two threads at once
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

        limit_threads()
        logging.disable_progress_bar()
        with model_files.loading(self._folder):
            model = SentenceTransformer(
                str(self._folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"dtype": "float32", "use_safetensors": True},  # float32 even if the file has float16
            )
        if self.name in model_files.PACKAGED and model.transformers_model is not None:
            map_words(model.transformers_model, self._folder / model_files.WEIGHTS_FILE)
        samples = [passage for _, passage in SAMPLES]
        multiply_in(arithmetic_of(self._precision), model, lambda: model.encode(samples, show_progress_bar=False))
        return model
