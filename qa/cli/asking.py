"""`quoth ask`: options in, text out."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from index.storage.principals import SEES_ALL
from qa.cli.opening import collection_option, engine_of
from qa.printing import say
from qa.text_format import answer_text


@click.command()
@click.argument("question")
@collection_option
@click.option("--document", "documents", multiple=True, help="Search only this document id; may be repeated.")
@click.option("--top-k", type=click.IntRange(1, 100), help="Passages to read [default: QUOTH_TOP_K or 7].")
@click.option("--max-answers", type=click.IntRange(1, 20), default=1, show_default=True, help="Different answers.")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Below it there is no answer [default: QUOTH_MIN_CONFIDENCE or as calibrated].",
)
@click.option("--json", "as_json", is_flag=True, help="Print what POST /v1/ask would answer.")
@click.pass_obj
def ask(
    data: Path | None,
    question: str,
    collection: str,
    documents: tuple[str, ...],
    top_k: int | None,
    max_answers: int,
    min_confidence: float | None,
    as_json: bool,
) -> None:
    """Answer a question, with the place in the documents where the answer stands."""
    from qa.assembly import filter_of

    with engine_of(data, writing=False) as engine:
        where = filter_of(collection, documents or None)
        answer = engine.ask(
            SEES_ALL, question, where, top_k=top_k, max_answers=max_answers, min_confidence=min_confidence
        )
    say(json.dumps(asdict(answer), indent=2, ensure_ascii=False) if as_json else answer_text(answer))
