"""Rules over collections and metadata: who sees what. That stores keep to them is the contract's."""

import pytest

from index.documents import Scalar
from index.storage.principals import SEES_ALL, SEES_NOTHING, Principal, Rule, of_collection, of_groups

NO_DRAFTS = Rule(metadata={"draft": (False, None)})


@pytest.mark.parametrize(
    ("principal", "collection", "metadata", "admitted"),
    [
        (SEES_ALL, "any", {"draft": True}, True),
        (SEES_NOTHING, "any", {}, False),
        (of_collection("open"), "open", {"draft": True}, True),
        (of_collection("open"), "secret", {}, False),
        (Principal((NO_DRAFTS,)), "any", {}, True),
        (Principal((NO_DRAFTS,)), "any", {"draft": False}, True),
        (Principal((NO_DRAFTS,)), "any", {"draft": True}, False),
        (Principal((NO_DRAFTS,)), "any", {"draft": 0}, False),  # false isn't 0
        (Principal((NO_DRAFTS,)), "any", {"draft": "false"}, False),
        (Principal((Rule(metadata={"draft": (False,)}),)), "any", {}, False),
        (Principal((Rule(metadata={"n": (1,)}),)), "any", {"n": True}, False),
        (Principal((Rule(metadata={"n": (1,)}),)), "any", {"n": 1.0}, True),
        (Principal((Rule(metadata={"a": (1,), "b": (2,)}),)), "any", {"a": 1, "b": 3}, False),  # every name
        (Principal((Rule(frozenset({"open"})), NO_DRAFTS)), "open", {"draft": True}, False),  # every rule
        (Principal((Rule(frozenset({"open"})), NO_DRAFTS)), "open", {}, True),
    ],
)
def test_a_document_is_seen_if_every_rule_admits_it(
    principal: Principal, collection: str, metadata: dict[str, Scalar], admitted: bool
) -> None:
    assert principal.admits(collection, metadata) is admitted
    assert principal.admits_some_of(collection) or not admitted


def test_what_a_principal_is_known_by() -> None:
    assert (SEES_ALL.sees_all, SEES_ALL.by_metadata, SEES_ALL.by_groups) == (True, False, False)
    assert (of_collection("a").sees_all, of_collection("a").by_metadata) == (False, False)
    assert of_collection("a").admits_some_of("a")
    assert not of_collection("a").admits_some_of("b")
    assert Principal((NO_DRAFTS,)).by_metadata
    assert of_groups(()).by_groups
    assert [each.in_every_collection for each in (SEES_ALL, of_groups("a"), SEES_NOTHING)] == [True, True, False]


@pytest.mark.parametrize(
    ("groups", "readers", "admitted"),
    [
        (None, ["crew"], True),
        ((), [], True),
        ((), ["crew"], False),
        (("crew",), ["board", "crew"], True),
        (("crew", "Board"), ["board"], False),
        (("crew",), [], True),
    ],
)
def test_a_document_is_for_everybody_or_for_its_readers(
    groups: tuple[str, ...] | None, readers: list[str], admitted: bool
) -> None:
    principal = SEES_ALL if groups is None else of_groups(groups)
    assert principal.admits("any", {}, readers) is admitted


def test_who_sees_nothing_sees_no_collection() -> None:
    assert not SEES_NOTHING.admits_some_of("a")
