"""Folders with tiny models of random weights, of every kind that Quoth is tried with; each is made in a moment."""

import string
from pathlib import Path
from typing import Any

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_SIZES = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
KINDS: dict[str, dict[str, Any]] = {
    "bert": _SIZES,
    "roberta": {**_SIZES, "type_vocab_size": 1},
    "deberta-v2": {**_SIZES, "type_vocab_size": 0},
    "electra": {**_SIZES, "embedding_size": 16},
    "distilbert": {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 32},
    "modernbert": {**_SIZES, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3},
}


def save_reader(folder: Path, kind: str, **changed: Any) -> Path:
    """A `ForQuestionAnswering` model of a kind, with `changed` values in its configuration."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    torch.manual_seed(7)
    AutoModelForQuestionAnswering.from_config(_config(kind, **changed)).save_pretrained(folder)
    _save_tokenizer(folder)
    return folder


def save_headless(folder: Path) -> Path:
    """A BERT that hasn't learned to answer questions."""
    from transformers import AutoModel

    AutoModel.from_config(_config("bert")).save_pretrained(folder)
    _save_tokenizer(folder)
    return folder


def _config(kind: str, **changed: Any) -> Any:
    from transformers import AutoConfig

    values = {
        "vocab_size": len(_vocabulary()),
        "max_position_embeddings": 514,
        "pad_token_id": 0,
        **KINDS[kind],
        **changed,
    }
    return AutoConfig.for_model(kind, **values)


def _vocabulary() -> dict[str, int]:
    letters = string.ascii_lowercase + string.digits + ".,?"
    return {word: i for i, word in enumerate([*_SPECIAL, *letters, *(f"##{letter}" for letter in letters)])}


def _save_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordPiece(_vocabulary(), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(folder)
