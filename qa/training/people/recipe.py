"""The whole recipe: corpus → hard negatives → train embedder, reader, comparer and decider. A stopped step goes on.

The comparer is the part of the reader that reads the best candidates together, the decider the one that reads yes or no
in a clause. Both share the reader's embeddings.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from tqdm import tqdm

from index import model_files
from index.documents import DEFAULT_COLLECTION
from index.embedding import SentenceTransformerEmbedder
from index.formats.registry import BY_SUFFIX
from index.loading import id_of
from qa.assembly import Engine
from qa.evaluation.datasets import load_dataset
from qa.evaluation.datasets.dataset import Dataset
from qa.reading.reader import COMPARER_FILE, DECIDER_FILE, TransformersReader
from qa.settings import load_settings
from qa.training.data import kept_out, load_squad
from qa.training.device import DEVICE
from qa.training.loop import BASE_ENCODER, CHECKPOINT, Schedule, load, train
from qa.training.people import choices, decided, embedder, reader
from qa.training.people.corpus import Corpus, load_corpus, user_articles
from qa.training.people.near import Near, find_near
from qa.training.people.shortlists import Shortlist, find_shortlists, near_shortlists
from qa.training.splits import write_split
from qa.training.tokenizer_files import save_tokenizer

SEED = 5
BOOLQ = Path("yesno") / "boolq.jsonl.gz"
EMBEDDER = Schedule(steps=520, groups=40, learning_rate=5e-5, warm_up=0.04)
READER = Schedule(steps=1600, groups=20, learning_rate=1.2e-4, warm_up=0.04)
COMPARER = Schedule(steps=2000, groups=16, learning_rate=7e-5, warm_up=0.04)
DECIDER = Schedule(steps=6000, groups=32, learning_rate=1.5e-4, warm_up=0.06)
BOOLQ_EVERY = 2  # every which of BoolQ's questions the decider learns from
COMPARED_EVERY = 15  # every which question of the other sources is one to compare candidates of
PARAGRAPHS, ABSENT = 8, 4  # every which question on encyclopaedia articles goes into these files


def run(data: Path, out: Path, reader_from: Path, embedder_from: Path, only: str | None = None) -> dict[str, str]:
    """Train all four, or `only` one by its name, into `out`; returns name → SHA-256 of weights.

    A comparer or decider trained alone is one for the reader in `reader_from`, the former with what the embedder in
    `embedder_from` finds.
    """
    out.mkdir(parents=True, exist_ok=True)
    _write_split(data, out)
    corpus = load_corpus(data)
    near = find_near(corpus, SentenceTransformerEmbedder(BASE_ENCODER), out / "near.json")
    made = {}
    if only in (None, "embedder"):
        user, others = embedder.pairs_of(corpus, near, data / BOOLQ)
        model, tokenizer = _encoder(embedder_from)
        draw = embedder.rounds(user, others, SEED)
        train(model, tokenizer, draw, EMBEDDER, out / "training-embedder", loss_function=embedder.contrastive_loss)
        made["embedder"] = save_embedder(out / "training-embedder" / CHECKPOINT, embedder_from, out / "embedder")
    if only in (None, "reader"):
        model, tokenizer = load(reader_from)
        draw_windows = reader.rounds(corpus, near, SEED)
        train(model, tokenizer, draw_windows, READER, out / "training-reader")
        made["reader"] = save_reader(out / "training-reader" / CHECKPOINT, reader_from, out / "reader")
    if only in (None, "comparer"):
        finder = embedder_from if only else out / "embedder"
        made["comparer"] = _train_comparer(corpus, near, out, reader_from if only else out / "reader", finder)
    if only in (None, "decider"):
        made["decider"] = _train_decider(data / BOOLQ, out, reader_from if only else out / "reader")
    return made


def _train_comparer(corpus: Corpus, near: Sequence[Near], out: Path, reader_folder: Path, embedder_folder: Path) -> str:
    """Train it from the reader's layers and save it; returns the SHA-256 of its file."""
    found = _shortlists(corpus, near, out, reader_folder, embedder_folder)
    model, tokenizer = load(reader_folder)
    model.base_model.embeddings.requires_grad_(False)
    counted = TransformersReader(str(reader_folder))
    draw = choices.rounds(found, lambda words: counted.count_tokens([words]), SEED)
    train(model, tokenizer, draw, COMPARER, out / "training-comparer", loss_function=choices.choice_loss)
    return save_layers(out / "training-comparer" / CHECKPOINT, out / "comparer" / COMPARER_FILE)


def _train_decider(boolq: Path, out: Path, reader_folder: Path) -> str:
    """Train it from the reader's layers and save it; returns the SHA-256 of its file."""
    dataset = _training_questions(out)
    model, tokenizer = load(reader_folder)
    model.base_model.embeddings.requires_grad_(False)
    counted = TransformersReader(str(reader_folder))
    count_tokens = cache(lambda words: counted.count_tokens([words]))
    known = [
        *decided.decided_in(dataset, count_tokens),
        *decided.decided_by_clauses("training"),
        *decided.decided_by_passages(boolq, BOOLQ_EVERY),
    ]
    draw = decided.rounds(known, SEED)
    train(model, tokenizer, draw, DECIDER, out / "training-decider", loss_function=decided.decision_loss)
    return save_layers(out / "training-decider" / CHECKPOINT, out / "decider" / DECIDER_FILE)


def _training_questions(out: Path) -> Dataset:
    return load_dataset(out / "training" / "questions.jsonl", documents=[out / "training" / "documents"])


def _shortlists(
    corpus: Corpus, near: Sequence[Near], out: Path, reader_folder: Path, embedder_folder: Path
) -> list[Shortlist]:
    """Those of the user questions over all training documents and over their own, and of some of the other sources."""
    training, dataset = out / "training", _training_questions(out)
    settings = load_settings(data=training / "data", reader=str(reader_folder), embedder=str(embedder_folder))
    engine = Engine(settings, writing=True)
    try:
        indexed = engine.indexer.add_all(dataset.documents, DEFAULT_COLLECTION)
        for _ in tqdm(indexed, "indexing", len(dataset.documents)):
            pass
        found = find_shortlists(engine, dataset, training / "shortlists.jsonl", own=False)
        found += find_shortlists(engine, dataset, training / "shortlists-own.jsonl", own=True)
    finally:
        engine.close()
    others = training / "shortlists-others.jsonl"
    return found + near_shortlists(TransformersReader(str(reader_folder)), corpus, near, COMPARED_EVERY, others)


def save_reader(checkpoint: Path, base: Path, folder: Path) -> str:
    """Write the checkpoint's reader in float16; returns the SHA-256 of its weights."""
    model, tokenizer = load(base)
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    return model_files.sha256(folder)


def save_layers(checkpoint: Path, file: Path) -> str:
    """Write the checkpoint's layers and head in float16, without the embeddings; returns the SHA-256 of the file."""
    weights = torch.load(checkpoint, weights_only=True)["model"]
    own = {name: weight.half().contiguous() for name, weight in weights.items() if ".embeddings." not in name}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(save(own))  # `save_file` would let nobody but its owner read it
    return model_files.sha256(file.parent, file.name)


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


def _write_split(data: Path, out: Path) -> None:
    """Write documents, and the questions on them, to OUT/training, and those kept out to /validation and /calibration.

    Beside them, on encyclopaedia articles that were kept out: OUT/calibration/paragraphs.json has questions in the
    text's own words, and OUT/calibration/absent.jsonl others that the documents of OUT/calibration have nothing on.
    """
    parts = user_articles(data)
    for name, articles in zip(("training", "validation", "calibration"), parts, strict=True):
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
