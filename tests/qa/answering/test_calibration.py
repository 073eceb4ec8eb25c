"""Confidence from evidence, and numbers that are kept, checked and refused."""

import json
import math
from dataclasses import replace

import pytest
from support import CALIBRATION

from index.errors import MismatchError
from qa.answering.calibration import evidence_of, from_json, shipped
from qa.reading.reader import SHIPPED_SHA256


def test_lead_and_agreement_are_bounded() -> None:
    evidence = evidence_of(span=1.0, margin=2.0, lead=-40.0, agreement=7, signals={"fused": 0.1})
    assert evidence == {"span": 1.0, "margin": 2.0, "fused": 0.1, "lead": -10.0, "agreement": 2}


def test_confidence_worked_out_by_hand() -> None:
    calibration = replace(
        CALIBRATION,
        intercept=-1.0,
        coefficients={"span": 0.5, "margin": 0.25, "fused": 10.0, "lead": 0.1, "agreement": 0.2},
    )
    # -1 + 0.5 · 2 + 0.25 · 4 + 10 · 0.1 + 0.1 · 5 + 0.2 · 1 = 2.7
    evidence = {"span": 2.0, "margin": 4.0, "fused": 0.1, "lead": 5.0, "agreement": 1.0}
    assert calibration.confidence(evidence) == pytest.approx(1 / (1 + math.exp(-2.7)))
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
    ],
)
def test_what_was_not_stored_by_it_is_refused_with_the_cure(text: str) -> None:
    with pytest.raises(MismatchError, match="`quoth calibrate --reset` removes it"):
        from_json(text)


def test_another_readers_numbers_are_refused() -> None:
    with pytest.raises(MismatchError, match="for the reader 000000000000…, but the reader is 111111111111…"):
        CALIBRATION.require("1" * 64)
    CALIBRATION.require("0" * 64)


def test_the_shipped_numbers_are_the_shipped_readers() -> None:
    assert shipped().reader == SHIPPED_SHA256
    assert 0 < shipped().threshold < 1
