"""The tokenizer files of the shipped models, with replacements for letters such as "ø" and "ß".

BERT's tokenizer removes accents that Unicode can split off ("é" → "e"), but keeps "ø" and "ß". So "Soren" wouldn't find
"Søren". The tokenizers library does the replacement and keeps each token's offsets in the text.
"""

import json
from pathlib import Path
from typing import Any

from index.retrieval.query_words import TYPED


def save_tokenizer(tokenizer: Any, folder: Path) -> None:  # noqa: ANN401  # transformers has no types
    """Write a fast tokenizer to `folder`, without truncation and padding, and with the replacements."""
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(folder)
    fold_letters(folder)


def fold_letters(folder: Path) -> None:
    """Add the replacements to the tokenizer files in `folder`, unless they are there."""
    path, config_path = folder / "tokenizer.json", folder / "tokenizer_config.json"
    files = json.loads(path.read_text(encoding="utf-8"))
    config = json.loads(config_path.read_text(encoding="utf-8"))
    if files["normalizer"]["type"] == "Sequence":
        return
    replaced = [{"type": "Replace", "pattern": {"String": one}, "content": other} for one, other in TYPED.items()]
    files["normalizer"] = {"type": "Sequence", "normalizers": [files["normalizer"], *replaced]}
    config["tokenizer_class"] = "PreTrainedTokenizerFast"  # BERT's own class would replace the normalizer
    config["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    path.write_text(json.dumps(files, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    config_path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
