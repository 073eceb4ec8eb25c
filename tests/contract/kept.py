"""What is kept beside documents: a manifest, feedback, keys to the service."""

import re
from dataclasses import replace
from typing import Any

import pytest
from store_support import put

from contract.support import AnyStore, opinion
from index import keys
from index.errors import KeyNameError, NotFoundError, StorageError
from index.feedback import KeptSpan, NoAnswer, Words
from index.storage.base import Store
from index.storage.principals import SEES_ALL
from index.stores import open_store
from index.sync_runs import Refusal, SyncRun


class KeptContract(AnyStore):
    """The manifest, feedback and keys."""

    # --- what is kept

    def test_values_are_kept_under_names(self, store: Store) -> None:
        store.keep("calibration", "first")
        store.keep("other", "second")
        store.keep("calibration", "third")
        with store.view(SEES_ALL) as view:
            assert (view.manifest("calibration"), view.manifest("other")) == ("third", "second")
        store.keep("calibration", None)
        store.keep("never", None)
        with store.view(SEES_ALL) as view:
            assert (view.manifest("calibration"), view.manifest("other")) == (None, "second")

    @pytest.mark.parametrize(
        "correction", [None, Words("noon"), NoAnswer(), KeptSpan("b", "1" * 64, 3, 7, "at ", "nö🐝n", ".")]
    )
    def test_feedback_comes_back_as_it_went_in(self, store: Store, correction: Any) -> None:
        said = opinion(None, "wrong", correction=correction)
        number, new = store.keep_feedback(said)
        assert new
        with store.view(SEES_ALL) as view:
            (kept,) = view.feedback()
            assert (kept.id, kept.feedback) == (number, said)
            assert kept.given.startswith("20")

    @pytest.mark.parametrize(
        "remarks", [{"reason": "outdated"}, {"comment": "That was before 1 March."}, {"reason": "incomplete", "comment": "nö🐝n"}]
    )  # fmt: skip
    def test_what_a_person_says_beside_the_verdict_comes_back_and_goes_with_it(
        self, store: Store, remarks: Any
    ) -> None:
        put(store, "a", "some words")
        said = opinion("a", "wrong", **remarks)
        plain, _ = store.keep_feedback(opinion("a", "wrong"))
        number, new = store.keep_feedback(said)
        assert (number > plain, new) == (True, True)
        assert store.keep_feedback(said) == (number, False)
        store.keep_feedback(opinion("a"))
        last, new = store.keep_feedback(said)  # a mind changed back
        with store.view(SEES_ALL) as view:
            assert [one.id for one in view.feedback() if one.feedback == said] == [last]
        store.delete("a", "default")
        with store.view(SEES_ALL) as view:
            assert view.feedback() == []

    def test_feedback_is_listed_in_its_order_and_kept_once(self, store: Store) -> None:
        first, _ = store.keep_feedback(opinion("a"))
        assert store.keep_feedback(opinion("a")) == (first, False)
        second, new = store.keep_feedback(opinion("a", "wrong"))
        assert (second > first, new) == (True, True)
        third, new = store.keep_feedback(opinion("a"))  # a mind changed back: said last, and still not kept twice
        assert (third > second, new) == (True, True)
        fourth, _ = store.keep_feedback(opinion("a", collection="other"))
        with store.view(SEES_ALL) as view:
            assert [(one.id, one.feedback.verdict) for one in view.feedback()] == [
                (second, "wrong"), (third, "right"), (fourth, "right"),
            ]  # fmt: skip
            assert [one.id for one in view.feedback("other")] == [fourth]
            assert [one.id for one in view.feedback(limit=1, offset=1)] == [third]
            assert view.feedback_counts() == {"default": 2, "other": 1}

    def test_feedback_outlives_a_document_that_is_replaced(self, store: Store) -> None:
        put(store, "a", "old words")
        store.keep_feedback(opinion("a"))
        put(store, "a", "new words")
        with store.view(SEES_ALL) as view:
            assert len(view.feedback()) == 1

    def test_keys_are_known_again_and_gone_when_revoked(self, store: Store) -> None:
        site, wiki = store.add_key("site", ["write", "ask"]), store.add_key("wiki", ["admin"])
        assert [(key.name, key.scopes) for key in store.service_keys()] == [
            ("site", {"ask", "write"}),
            ("wiki", {"admin"}),
        ]
        assert site.removeprefix("quoth_") not in repr(store.service_keys())
        with pytest.raises(KeyNameError, match="a key 'site' already"):
            store.add_key("site", ["admin"])
        with pytest.raises(KeyNameError, match="printable"):
            store.add_key("a\nb", ["ask"])
        first = keys.matching(store.service_keys(), site)
        assert first
        store.revoke_key("site")
        with pytest.raises(NotFoundError, match="no key 'site'"):
            store.revoke_key("site")
        store.add_key("site", ["ask"])
        again = store.service_keys()
        assert [key.name for key in again] == ["wiki", "site"]
        assert again[1].id > first.id  # so a token of the first never holds again
        assert again[1].secret != first.secret
        assert keys.matching(again, site) is None
        assert keys.matching(again, wiki) == again[0]

    def test_keys_have_groups(self, store: Store) -> None:
        groups: dict[str, list[str]] = {"none": [], "some": ["staff", "crew", "staff"], "every": ["*"]}
        for name, each in groups.items():
            store.add_key(name, ["ask"], each)
        store.add_key("site", ["admin"])
        kept = {key.name: (key.groups, key.in_every_group) for key in store.service_keys()}
        assert kept == {
            "none": (frozenset(), False),
            "some": ({"crew", "staff"}, False),
            "every": ({"*"}, True),
            "site": (frozenset(), True),
        }
        store.revoke_key("some")
        store.add_key("some", ["ask"])
        assert store.service_keys()[-1].groups == frozenset()

    @pytest.mark.parametrize(
        ("scopes", "groups", "message"),
        [
            (
                ["write", "ask"],
                ["staff"],
                "The key 'site' has the scope write, which opens every document, whoever may",
            ),
            (["admin"], ["*"], "has the scope admin"),
            (["ask"], ["staff", "*"], "The group '*' of the key 'site' would be every group"),
            (["ask"], ["staff", ""], "The group '' of the key 'site' is blank: a group's name has 1 to 128 printable"),
            (["ask"], [" staff"], "has white space at an end"),
            (["ask"], ["a,b"], "has a comma or what can't be printed"),
            (["ask"], ["a\nb"], "has a comma or what can't be printed"),
            (["ask"], ["x" * 129], "has 129 characters"),
            (["ask"], [f"{i}" for i in range(65)], "The groups of the key 'site' are 65; at most 64 are kept"),
        ],
    )
    def test_groups_that_a_key_cannot_have(
        self, store: Store, scopes: list[str], groups: list[str], message: str
    ) -> None:
        with pytest.raises(KeyNameError, match=re.escape(message)):
            store.add_key("site", scopes, groups)
        assert store.service_keys() == []

    def test_the_last_run_of_sync_on_each_source_is_kept(self, store: Store, url: str) -> None:
        refusals = (Refusal("wiki/a.pdf", "a.pdf is a PDF cut short: nö🐝n"),)
        first = SyncRun("default", "wiki", "folder", "2026-11-28T09:30:00+00:00", "2026-11-28T09:31:00+00:00", added=3)
        last = replace(first, added=0, unchanged=2, refused=1, refusals=refusals)
        site = replace(first, source="https://site.example/", kind="site", stopped="robots.txt can't be had")
        other = replace(first, collection="a")
        for run in (first, site, other, last):
            store.keep_sync_run(run)
        assert store.sync_runs() == [other, site, last]
        with store.view(SEES_ALL) as view:
            assert view.version == 0  # no answer depends on it
        reader = open_store(url, read_only=True)
        assert reader.sync_runs() == [other, site, last]
        with pytest.raises(StorageError, match="opened for reading only"):
            reader.keep_sync_run(first)
        reader.close()

    def test_it_says_how_large_it_is_if_it_knows(self, store: Store) -> None:
        put(store, "a", "some words")
        assert all(size >= 0 for size in store.sizes_on_disk().values())
