"""Confidence from evidence, and numbers that are kept, checked and refused."""

import json
import math
import re
from dataclasses import replace

import pytest
from support import CALIBRATION

from index.embedding import SentenceTransformerEmbedder
from index.errors import MismatchError
from index.indexing import signature_of
from index.retrieval.retriever import Retriever
from index.retrieval.stages import stages_of
from qa.answering.calibration import FittedWith, calibration_for, evidence_of, from_json, shipped
from qa.reading.reader import TransformersReader
from qa.settings import load_settings


def test_the_lead_is_bounded() -> None:
    evidence = evidence_of(span=1.0, margin=2.0, together=3.0, lead=-40.0, signals={"dense": 0.1})
    scores = {"span": 1.0, "margin": 2.0, "together": 3.0, "dense": 0.1, "lead": -10.0}
    assert evidence == {**scores, "heading": 0.0}


def test_confidence_worked_out_by_hand() -> None:
    calibration = replace(
        CALIBRATION,
        intercept=-1.0,
        coefficients={"span": 0.5, "margin": 0.25, "together": 0.5, "dense": 2.0, "overlap": -0.8, "lead": 0.1},
    )
    # -1 + 0.5 · 2 + 0.25 · 4 + 0.5 · -1 + 2 · 0.5 - 0.8 · 0.25 + 0.1 · 5 = 1.8
    evidence = {"span": 2.0, "margin": 4.0, "together": -1.0, "dense": 0.5, "overlap": 0.25, "lead": 5.0}
    assert calibration.confidence(evidence) == pytest.approx(1 / (1 + math.exp(-1.8)))
    # what no number is for counts for nothing, and what there is no evidence of is 0: -1 + 0.5 · 2 = 0
    assert calibration.confidence({"span": 2.0, "rerank": 9.0}) == 0.5


@pytest.mark.parametrize("span", [-1e9, 1e9])
def test_confidence_never_leaves_its_range(span: float) -> None:
    assert 0 <= CALIBRATION.confidence({"span": span}) <= 1


def test_what_is_stored_comes_back() -> None:
    assert from_json(CALIBRATION.to_json()) == CALIBRATION


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"reader": "x"}',
        json.dumps({**json.loads(CALIBRATION.to_json()), "coefficients": {"span": float("nan")}}),
        json.dumps({**json.loads(CALIBRATION.to_json()), "fitted_with": {"reader": "x"}}),
    ],
)
def test_what_was_not_stored_by_it_is_refused_with_the_cure(text: str) -> None:
    with pytest.raises(MismatchError, match="`quoth calibrate --reset` removes it"):
        from_json(text)


def test_numbers_fitted_with_anything_else_are_refused_and_what_differs_is_named() -> None:
    here = CALIBRATION.fitted_with
    CALIBRATION.require(here)
    assert calibration_for(here, CALIBRATION.to_json()) == CALIBRATION
    other = replace(here, reader="f" * 64, chunking="64 tokens")
    message = "was fitted with reader 000000000000…, not ffffffffffff…; chunking 128 tokens, not 64 tokens."
    with pytest.raises(MismatchError, match=re.escape(message)):
        calibration_for(other, CALIBRATION.to_json())
    for name in ("embedder", "retrieval"):
        with pytest.raises(MismatchError, match=f"was fitted with {name} .*, not another"):
            CALIBRATION.require(replace(here, **{name: "another"}))


def test_the_shipped_numbers_hold_for_what_ships_and_nothing_else() -> None:
    reader, embedder = TransformersReader(), SentenceTransformerEmbedder()
    settings = load_settings()
    signature = signature_of(embedder, settings.chunk_tokens, settings.chunk_overlap, settings.chunk_context)
    retrieval = Retriever(embedder).describe()
    ships = FittedWith(reader.sha256, embedder.sha256, retrieval, signature.chunking("default"))
    assert shipped().fitted_with == ships
    assert calibration_for(ships, None) == shipped()
    assert 0 < shipped().threshold < 1
    with pytest.raises(
        MismatchError, match=r"retrieval dense, lexical\(.*, not dense, lexical\(context=0.3\), fusion\(k=5, d"
    ):
        calibration_for(replace(ships, retrieval=Retriever(embedder, stages_of("dense")).describe()), None)
