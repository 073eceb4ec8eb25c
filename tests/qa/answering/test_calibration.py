"""Confidence from evidence, and numbers that are kept, checked and refused."""

import json
import math
from dataclasses import replace

import pytest
from support import CALIBRATION

from index.errors import MismatchError
from qa.answering.calibration import Evidence, from_json, shipped
from qa.reading.reader import SHIPPED_SHA256


def test_lead_and_agreement_are_bounded() -> None:
    evidence = Evidence(span=1.0, margin=2.0, retrieval=0.1, lead=-40.0, agreement=7)
    assert (evidence.lead, evidence.agreement) == (-10.0, 2)


def test_confidence_worked_out_by_hand() -> None:
    calibration = replace(
        CALIBRATION,
        intercept=-1.0,
        coefficients={"span": 0.5, "margin": 0.25, "retrieval": 10.0, "lead": 0.1, "agreement": 0.2},
    )
    # -1 + 0.5 · 2 + 0.25 · 4 + 10 · 0.1 + 0.1 · 5 + 0.2 · 1 = 2.7
    assert calibration.confidence(Evidence(2.0, 4.0, 0.1, 5.0, 1)) == pytest.approx(1 / (1 + math.exp(-2.7)))


@pytest.mark.parametrize("span", [-1e9, 1e9])
def test_confidence_never_leaves_its_range(span: float) -> None:
    assert 0 <= CALIBRATION.confidence(Evidence(span, 0.0, 0.0, 0.0, 0)) <= 1


def test_what_is_stored_comes_back() -> None:
    assert from_json(CALIBRATION.to_json()) == CALIBRATION


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"reader": "x"}', json.dumps({**json.loads(CALIBRATION.to_json()), "coefficients": {}})]
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
