"""The tokenizer of a model that is shipped: it reads letters with a stroke as people type them.

BERT's tokenizer takes accents off letters that Unicode takes apart, "é" to "e", and leaves "ø" and "ß" as they are. So
who types "Soren" doesn't find "Søren". The tokenizers library replaces them and keeps each token's place in the text.
"""

import json
from pathlib import Path
from typing import Any

from index.retrieval.query_words import TYPED


def save_tokenizer(tokenizer: Any, folder: Path) -> None:  # noqa: ANN401  # transformers has no types
    """Write a fast tokenizer to `folder`, without the lengths it was set to, and with these letters replaced."""
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(folder)
    fold_letters(folder)


def fold_letters(folder: Path) -> None:
    """Add the replacements to the files of a tokenizer that has none yet."""
    path, config_path = folder / "tokenizer.json", folder / "tokenizer_config.json"
    files = json.loads(path.read_text(encoding="utf-8"))
    config = json.loads(config_path.read_text(encoding="utf-8"))
    if files["normalizer"]["type"] == "Sequence":
        return
    replaced = [{"type": "Replace", "pattern": {"String": one}, "content": other} for one, other in TYPED.items()]
    files["normalizer"] = {"type": "Sequence", "normalizers": [files["normalizer"], *replaced]}
    config["tokenizer_class"] = "PreTrainedTokenizerFast"  # BERT's own would make its normalizer anew
    config["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    path.write_text(json.dumps(files, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    config_path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
