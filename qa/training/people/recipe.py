"""The whole recipe: corpus → hard negatives → train embedder and reader → save both. A stopped step continues."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from index import model_files
from index.embedding import SentenceTransformerEmbedder
from index.formats.registry import BY_SUFFIX
from index.loading import id_of
from qa.training.data import kept_out, load_squad
from qa.training.device import DEVICE
from qa.training.loop import BASE_ENCODER, CHECKPOINT, Schedule, load, train
from qa.training.people import embedder, reader
from qa.training.people.corpus import USER_QUESTIONS, load_corpus, read, split
from qa.training.people.near import find_near
from qa.training.splits import write_split
from qa.training.tokenizer_files import save_tokenizer

SEED = 5
BOOLQ = Path("yesno") / "boolq.jsonl.gz"
EMBEDDER = Schedule(steps=520, groups=40, learning_rate=5e-5, warm_up=0.04)
READER = Schedule(steps=1600, groups=20, learning_rate=1.2e-4, warm_up=0.04)
PARAGRAPHS, ABSENT = 8, 4  # every which question on encyclopaedia articles goes into these files


def run(data: Path, out: Path, reader_from: Path, embedder_from: Path, only: str | None = None) -> dict[str, str]:
    """Train reader and embedder, or `only` one by its name, into `out`; returns name → SHA-256 of its weights."""
    out.mkdir(parents=True, exist_ok=True)
    _write_kept_out(data, out)
    corpus = load_corpus(data)
    near = find_near(corpus, SentenceTransformerEmbedder(BASE_ENCODER), out / "near.json")
    made = {}
    if only != "reader":
        user, others = embedder.pairs_of(corpus, near, data / BOOLQ)
        model, tokenizer = _encoder(embedder_from)
        draw = embedder.rounds(user, others, SEED)
        train(model, tokenizer, draw, EMBEDDER, out / "training-embedder", loss_function=embedder.contrastive_loss)
        made["embedder"] = save_embedder(out / "training-embedder" / CHECKPOINT, embedder_from, out / "embedder")
    if only != "embedder":
        model, tokenizer = load(reader_from)
        draw_windows = reader.rounds(corpus, near, SEED)
        train(model, tokenizer, draw_windows, READER, out / "training-reader")
        made["reader"] = save_reader(out / "training-reader" / CHECKPOINT, reader_from, out / "reader")
    return made


def save_reader(checkpoint: Path, base: Path, folder: Path) -> str:
    """Write the checkpoint's reader in float16; returns the SHA-256 of its weights."""
    model, tokenizer = load(base)
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    return model_files.sha256(folder)


def save_embedder(checkpoint: Path, base: Path, folder: Path) -> str:
    """Write the checkpoint's embedder in float16 for sentence-transformers; returns the SHA-256 of its weights."""
    from sentence_transformers import SentenceTransformer

    whole = SentenceTransformer(str(base), device="cpu")
    whole[0].auto_model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    whole.half().save(str(folder), create_model_card=False)
    return model_files.sha256(folder)


def _encoder(folder: Path) -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(
        folder, dtype=torch.float32, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0
    )
    model.get_input_embeddings().weight.requires_grad_(False)
    return model.to(DEVICE), AutoTokenizer.from_pretrained(folder)


def _write_kept_out(data: Path, out: Path) -> None:
    """Write the documents kept out, and the questions on them, to OUT/validation and OUT/calibration.

    Beside them, on encyclopaedia articles that were kept out: OUT/calibration/paragraphs.json has questions in the
    text's own words, and OUT/calibration/absent.jsonl others that the documents of OUT/calibration have nothing on.
    """
    _, *parts = split(read(data / USER_QUESTIONS))
    for name, articles in zip(("validation", "calibration"), parts, strict=True):
        lines = [line for article in articles for line in _written(article, out / name / "documents")]
        _write_lines(out / name / "questions.jsonl", lines)
    questions = load_squad(data / "squad-36.json.gz")
    _, kept = kept_out(question.context.article for question in questions)
    write_split(out / "calibration" / "paragraphs.json", questions, kept, every=PARAGRAPHS)
    others = [question.question for question in questions if question.context.article in kept][ABSENT // 2 :: ABSENT]
    absent = [json.dumps({"id": f"absent-{i}", "question": text, "answers": []}) for i, text in enumerate(others)]
    _write_lines(out / "calibration" / "absent.jsonl", absent)


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines) + "\n")


def _written(article: dict[str, Any], folder: Path) -> list[str]:
    """Write the article's document to a file, as .txt if its suffix is unknown; returns its questions, a JSON each."""
    path = folder / article["title"]
    path = path if path.suffix in BY_SUFFIX else path.with_name(f"{path.name}.txt")
    path.parent.mkdir(parents=True, exist_ok=True)
    (paragraph,) = article["paragraphs"]
    path.write_text(paragraph["context"], newline="")
    kept = ("id", "question", "type", "yesno", "spans", "history")
    return [
        json.dumps(
            {name: question[name] for name in kept if question.get(name)}
            | {"answers": [gold["text"] for gold in question["answers"]], "document": id_of(path)}
        )
        for question in paragraph["qas"]
    ]
