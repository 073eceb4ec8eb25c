"""A question and passages → readings, with an extractive question-answering model from transformers.

Long passages are read in windows that overlap, windows are batched by length so that little of a batch is padding, and
what the logits mean is left to `spans.py`. Only this module and `index/embedding.py` load a model.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from inspect import signature
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from index import model_files
from index.arithmetic import SAMPLES, Precision, arithmetic_of, limit_threads, map_words, multiply_in
from index.context import read_prefix
from index.errors import ModelError, QuestionError
from index.library_imports import quick_imports
from qa.reading.codes import spelled_as_in
from qa.reading.guards import decode_guarded
from qa.reading.leaders import without_leaders
from qa.reading.spans import Comparison, Reading, Window, compared, probability_of_yes

SHIPPED_READER = Path(__file__).parents[1] / "weights" / "reader"
COMPARER_FILE = "comparer.safetensors"
DECIDER_FILE = "decider.safetensors"
"""Beside a reader's weights: layers and head of models that compare and decide, which have the reader's embeddings."""

SHIPPED_SHA256 = {
    model_files.WEIGHTS_FILE: "b0103fdb4e11213564b9574ce044f1bca001a127df2679234a7188f2e19af77b",
    COMPARER_FILE: "a9a1aedd4c4de7e350af6cedc203656beb6faaa3b1372101001b669b527bc125",
    DECIDER_FILE: "9d2ba6b3c642ad0cf4a9bb324a815beaa387923a9eaea9e959747b6f87c06231",
}

MAX_QUESTION_TOKENS = 128
_WINDOW_TOKENS = 384
_MIN_WINDOW_TOKENS = 256  # the longest question, an overlap, and some tokens to go on by
_STRIDE_TOKENS = 96
_BATCH_WINDOWS = 4
_PARAGRAPH_BREAK = re.compile(r"\n[ \t\r]*\n")


class Reader(Protocol):
    """What the rest of Quoth asks of a reader."""

    @property
    def sha256(self) -> str:
        """Hex digest of all files that change a reading, which a calibration is fitted for."""

    def load(self) -> None:
        """Load the model now, so that the first question is as quick as any; raises ModelError."""

    def read(self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None) -> list[Reading]:
        """A reading for each passage, in their order; `contexts`: what each stands under, read but no answer."""
        readings: dict[int, Reading] = {}
        for batch in self.read_in_batches(question, passages, contexts):
            readings |= batch
        return [readings[i] for i in range(len(passages))]

    def read_in_batches(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
    ) -> Iterator[dict[int, Reading]]:
        """The same readings as they are made: number of the passage, from 0 → its reading."""

    def compare(self, question: str, text: str, spans: Sequence[tuple[int, int]]) -> Comparison | None:  # noqa: ARG002
        """The scores of these spans of one text, each `[start, end)` in characters; None from a reader that can't."""
        return None

    def decide(self, question: str, text: str) -> float | None:  # noqa: ARG002
        """The probability that the text says yes to a question, in [0, 1]; None from a reader that can't tell."""
        return None

    def count_tokens(self, texts: Sequence[str]) -> int:
        """How many tokens all the texts have together."""


class TransformersReader(Reader):
    """A `ForQuestionAnswering` model on the CPU, loaded when first asked. Safe to share between threads.

    `name` is a local folder or a hub name; None is the reader that ships with Quoth. Raises ModelError for a model
    that can't be found or whose folder asks for more than being read (see `index/model_files.py`), for a shipped one
    whose weights are not what they should be, and when it is loaded for one that can't answer questions. `precision`
    is what it multiplies in; in either it reads the same, but for the last digits of scores.
    """

    def __init__(self, name: str | None = None, *, precision: Precision = "float32") -> None:
        if name is None:
            for file, sha256 in SHIPPED_SHA256.items():
                model_files.check(SHIPPED_READER, sha256, file)
        self._folder = model_files.locate(name) if name else SHIPPED_READER
        self._shipped = name is None
        self._precision = precision
        self._reading = Lock()  # the tokenizer can't be used from two threads at once

    @cached_property
    def sha256(self) -> str:
        """Hex digest of all files that change a reading: weights, configuration and tokenizer."""
        return model_files.digest_of(self._folder, SHIPPED_SHA256 if self._shipped else {})

    def read_in_batches(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
    ) -> Iterator[dict[int, Reading]]:
        """The same readings as they are made: number of the passage, from 0 → its reading.

        The longest passages come first, whatever their order; a batch may complete none. `contexts`: what each passage
        stands under, as `index/context.py` has it; title and nearest heading are read in front of it, and no span
        touches them. Raises QuestionError at the first batch for a question of more than MAX_QUESTION_TOKENS tokens.
        """
        if not passages:
            return
        contexts = contexts or [""] * len(passages)
        with self._reading:
            before = [read_prefix(context, self._count) for context in contexts]
            encoded = self._encode(
                question,
                [spelled_as_in(question, text, context) for text, context in zip(passages, contexts, strict=True)],
                [prefix + without_leaders(text) for prefix, text in zip(before, passages, strict=True)],
            )
        owners = encoded["overflow_to_sample_mapping"]
        unread = Counter(owners)
        windows: list[dict[int, Window]] = [{} for _ in passages]
        for batch in self._batches(encoded):
            with self._reading:
                logits = self._forward(encoded, batch)
            for i in batch:
                owner = owners[i]
                windows[owner][i] = _window(encoded, i, passages[owner], len(before[owner]), *logits[i])
            unread.subtract(owners[i] for i in batch)
            complete = {owners[i] for i in batch if not unread[owners[i]]}
            yield {
                owner: decode_guarded(
                    question, passages[owner], (windows[owner][i] for i in sorted(windows[owner])), contexts[owner]
                )
                for owner in complete
            }

    def compare(self, question: str, text: str, spans: Sequence[tuple[int, int]]) -> Comparison | None:
        """The scores of these spans of one text; those beyond the first window score -inf. Raises QuestionError.

        None without a COMPARER_FILE in the model's folder.
        """
        with self._reading:
            if self._comparer is None:
                return None
            encoded = self._encode(question, [spelled_as_in(question, text, "")], [without_leaders(text)])
            ids, types = encoded["input_ids"][:1], encoded["token_type_ids"][:1]
            starts, ends = self._logits(self._comparer, ids, types)
        return compared(_window(encoded, 0, text, 0, starts[0], ends[0]), spans)

    def decide(self, question: str, text: str) -> float | None:
        """The probability that the first window of the text says yes to a question. Raises QuestionError.

        None without a DECIDER_FILE in the model's folder.
        """
        with self._reading:
            if self._decider is None:
                return None
            encoded = self._encode(question, [spelled_as_in(question, text, "")], [without_leaders(text)])
            starts, ends = self._logits(self._decider, encoded["input_ids"][:1], encoded["token_type_ids"][:1])
        return probability_of_yes(float(starts[0][0]), float(ends[0][0]))

    def count_tokens(self, texts: Sequence[str]) -> int:
        """How many tokens all the texts have together, without those that mark where one begins or ends."""
        if not texts:
            return 0
        with self._reading:
            return sum(map(len, self._tokenizer(list(texts), add_special_tokens=False)["input_ids"]))

    def _count(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def load(self) -> None:
        """Load the model now rather than at the first question."""
        self.read("Ready?", ["Ready."])
        self.compare("Ready?", "Ready.", [(0, 5)])
        self.decide("Ready?", "Ready.")

    def _encode(self, question: str, spelled: Sequence[str], passages: Sequence[str]) -> Any:  # noqa: ANN401  # transformers' BatchEncoding
        tokens = self._count(question)
        if tokens > MAX_QUESTION_TOKENS:
            raise QuestionError(
                f"The question has {tokens} tokens; at most {MAX_QUESTION_TOKENS} are read: ask in fewer words."
            )
        return self._tokenizer(
            list(spelled),
            list(passages),
            truncation="only_second",
            max_length=self._window_tokens,
            stride=_STRIDE_TOKENS,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_token_type_ids=True,
            return_attention_mask=False,
        )

    def _batches(self, encoded: Any) -> list[list[int]]:  # noqa: ANN401
        """The windows' numbers in batches, the longest first, so that little of a batch is padding."""
        ids = encoded["input_ids"]
        longest_first = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        return [longest_first[first : first + _BATCH_WINDOWS] for first in range(0, len(ids), _BATCH_WINDOWS)]

    def _forward(self, encoded: Any, batch: Sequence[int]) -> dict[int, tuple[Any, Any]]:  # noqa: ANN401
        """Number of the window → (start logits, end logits), without padding."""
        ids, types = [encoded["input_ids"][i] for i in batch], [encoded["token_type_ids"][i] for i in batch]
        starts, ends = self.forward(ids, types)
        return {i: (starts[row, : len(ids[row])], ends[row, : len(ids[row])]) for row, i in enumerate(batch)}

    def forward(self, ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        """One call of the model: start and end logits, each (windows, longest window)."""
        return self._logits(self._model, ids, types)

    def _logits(
        self,
        model: Any,  # noqa: ANN401
        ids: Sequence[Sequence[int]],
        types: Sequence[Sequence[int]],
    ) -> tuple[Any, Any]:
        import torch

        length = max(map(len, ids))
        pad = self._tokenizer.pad_token_id
        inputs = {
            "input_ids": torch.tensor([[*row, *[pad] * (length - len(row))] for row in ids]),
            "attention_mask": torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in ids]),
        }
        if self._takes_types:
            inputs["token_type_ids"] = torch.tensor([[*row, *[0] * (length - len(row))] for row in types])
        with torch.inference_mode():
            output = model(**inputs)
        return output.start_logits.numpy(), output.end_logits.numpy()

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401
        with quick_imports():
            from transformers import AutoTokenizer

        with model_files.loading(self._folder):
            tokenizer = AutoTokenizer.from_pretrained(self._folder, trust_remote_code=False, local_files_only=True)
            pair = tokenizer("a", "b")["input_ids"]
        # windows need each token's place in the text, and a first token whose score is that of there being no answer
        if not tokenizer.is_fast or tokenizer.pad_token_id is None or not pair or pair[0] not in _firsts(tokenizer):
            raise ModelError(
                f"The tokenizer in {self._folder} can't be used to read passages: it needs a tokenizer.json, a padding "
                "token, and one like [CLS] at the beginning. Choose another reader."
            )
        return tokenizer

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401
        with quick_imports():
            import torch
            from transformers import AutoModelForQuestionAnswering
            from transformers.utils import logging

        limit_threads()
        logging.disable_progress_bar()
        with model_files.loading(self._folder):
            model, loaded = AutoModelForQuestionAnswering.from_pretrained(
                self._folder,
                dtype=torch.float32,
                trust_remote_code=False,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
            )
        if missing := sorted(loaded["missing_keys"]):
            raise ModelError(
                f"The model in {self._folder} has no weights for {missing[0]}, so that it can't answer questions: "
                "choose a ForQuestionAnswering model."
            )
        if self._shipped:
            map_words(model, self._folder / model_files.WEIGHTS_FILE)
        return self._ready(model)

    @cached_property
    def _comparer(self) -> Any:  # noqa: ANN401
        return self._model_of(COMPARER_FILE)

    @cached_property
    def _decider(self) -> Any:  # noqa: ANN401
        return self._model_of(DECIDER_FILE)

    def _model_of(self, name: str) -> Any:  # noqa: ANN401
        """The model whose layers and head are in this file, above the reader's embeddings; None without the file."""
        import torch
        from safetensors.torch import load_file

        file, reader = self._folder / name, self._model
        if not file.is_file():
            return None
        with model_files.loading(self._folder):
            with torch.device("meta"):
                model = type(reader)(reader.config)
            model.base_model.embeddings = reader.base_model.embeddings
            weights = {name: weight.float() for name, weight in load_file(file).items()}
            model.load_state_dict(weights, strict=False, assign=True)
        if missing := [name for name, weight in model.named_parameters() if weight.is_meta]:
            raise ModelError(f"{file} has no weights for {missing[0]}: remove it, or train it anew.")
        return self._ready(model)

    def _ready(self, model: Any) -> Any:  # noqa: ANN401
        model.eval()
        multiply_in(arithmetic_of(self._precision), model, lambda: self._read_samples(model))
        return model

    def _read_samples(self, model: Any) -> None:  # noqa: ANN401
        import torch

        questions, passages = zip(*SAMPLES, strict=True)
        with torch.inference_mode():
            model(**self._tokenizer(list(questions), list(passages), padding=True, return_tensors="pt"))

    @cached_property
    def _takes_types(self) -> bool:
        """Whether the model tells question and passage apart by token types: DistilBERT, RoBERTa and others don't."""
        has = getattr(self._model.config, "type_vocab_size", 0) or 0
        return has > 1 and "token_type_ids" in signature(self._model.forward).parameters

    @cached_property
    def _window_tokens(self) -> int:
        """The most tokens of a window: as many as suit the shipped reader, or fewer where the model has no more."""
        positions = getattr(self._model.config, "max_position_embeddings", None) or _WINDOW_TOKENS + 2
        most = min(_WINDOW_TOKENS, positions - 2)  # RoBERTa and its like begin counting at 2
        if most < _MIN_WINDOW_TOKENS:
            raise ModelError(
                f"The model in {self._folder} reads only {most} tokens at once, of {_MIN_WINDOW_TOKENS} needed: choose "
                "another reader."
            )
        return most


def _firsts(tokenizer: Any) -> set[int | None]:  # noqa: ANN401
    return {tokenizer.cls_token_id, tokenizer.bos_token_id} - {None}


def _window(encoded: Any, i: int, passage: str, before: int, starts: Any, ends: Any) -> Window:  # noqa: ANN401
    """The window's tokens, their offsets counted from the passage's start, which stands at character `before`."""
    offsets = np.array(encoded["offset_mapping"][i]) - before
    of_passage = (np.array([sequence == 1 for sequence in encoded.sequence_ids(i)])) & (offsets[:, 0] >= 0)
    words = np.where(of_passage, [-1 if word is None else word for word in encoded.word_ids(i)], -1)
    breaks = [match.start() for match in _PARAGRAPH_BREAK.finditer(passage)]
    paragraphs = np.searchsorted(breaks, offsets[:, 0])
    return Window(starts, ends, offsets, words, paragraphs)
