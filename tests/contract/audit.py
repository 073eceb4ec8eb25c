"""The audit log: an event for each change, in the same transaction, if somebody acts."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from store_support import SIGNATURE, put

from contract.support import AnyStore, X, asked
from index.audit import Actor, acting_as
from index.chunking import Chunk
from index.documents import Document
from index.errors import KeyNameError, NotFoundError
from index.questions import ALL_QUESTIONS
from index.storage.base import Store
from index.stores import open_store

SITE = Actor("key site", 365, "192.0.2.7")


def told(store: Store) -> list[tuple[str, str | None, str | None]]:
    """The events, oldest first: action, collection, subject."""
    return [(one.action, one.collection, one.subject) for one in reversed(store.audit())]


class AuditContract(AnyStore):
    """Who changed what."""

    # --- the audit log

    def test_each_change_leaves_an_event_of_who_made_it(self, store: Store) -> None:
        before = datetime.now(UTC).isoformat(timespec="seconds")
        with acting_as(SITE):
            put(store, "a", "some words", "other")
            put(store, "a", "more words", "other")
            store.delete("a", "other")
            store.add_key("wiki", ["ask"])
            store.revoke_key("wiki")
            store.keep("calibration", "{}")
            store.keep("calibration", None)
            store.keep_questions([asked()])
            assert store.forget_questions(ALL_QUESTIONS) == 1
            assert store.forget_questions(ALL_QUESTIONS) == 0  # which changes nothing
            store.rebuild(SIGNATURE, iter(()))
        assert told(store) == [
            ("document added", "other", "a"), ("document replaced", "other", "a"), ("document removed", "other", "a"),
            ("key added", None, "wiki"), ("key revoked", None, "wiki"),
            ("setting kept", None, "calibration"), ("setting removed", None, "calibration"),
            ("questions removed", None, None), ("index rebuilt", None, None),
        ]  # fmt: skip
        for event in store.audit():
            assert (event.actor, event.address) == ("key site", "192.0.2.7")
            assert before <= event.at <= datetime.now(UTC).isoformat(timespec="seconds")
            assert "words" not in repr(event)

    def test_without_an_actor_none_is_written(self, store: Store) -> None:
        put(store, "a", "some words")
        with acting_as(None):
            store.add_key("site", ["ask"])
        with acting_as(SITE):
            with acting_as(Actor("bob", 1)), acting_as(None):  # None leaves it as it is
                store.revoke_key("site")
            store.delete("a", "default")
        assert [(one.actor, one.action) for one in store.audit()] == [
            ("key site", "document removed"), ("bob", "key revoked"),
        ]  # fmt: skip

    def test_a_change_that_fails_leaves_none(self, store: Store) -> None:
        with acting_as(SITE):
            with pytest.raises(NotFoundError):
                store.delete("never", "default")
            with pytest.raises(NotFoundError):
                store.revoke_key("never")
            with pytest.raises(KeyNameError):
                store.add_key(" ", ["ask"])
            with pytest.raises(ValueError, match="."):
                store.put(Document("a", "A", "new"), [Chunk(0, 1), Chunk(1, 3)], np.array([X]), "default")
        assert store.audit() == []

    def test_it_is_read_a_page_at_a_time_from_a_time_on(self, store: Store, url: str) -> None:
        with acting_as(SITE):
            for name in "abcde":
                put(store, name, "some words")
        whole = store.audit()
        assert [one.subject for one in whole] == list("edcba")
        assert [one.id for one in whole] == sorted({one.id for one in whole}, reverse=True)
        assert [one.subject for one in store.audit(limit=2)] == ["e", "d"]
        assert [one.subject for one in store.audit(before=whole[1].id, limit=2)] == ["c", "b"]
        assert store.audit(whole[0].at) != []
        assert store.audit((datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")) == []
        reader = open_store(url, read_only=True)
        assert reader.audit() == whole
        reader.close()

    def test_old_events_are_removed_when_one_is_written(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        with acting_as(SITE):
            put(store, "a", "some words")
        monkeypatch.setattr("index.audit.datetime", In400Days)
        with acting_as(Actor("key site", 401)):
            put(store, "b", "some words")
        assert len(store.audit()) == 2
        with acting_as(SITE):
            store.delete("a", "default")
        assert [one.subject for one in store.audit()] == ["a", "b"]


class In400Days(datetime):
    """A clock that is ahead."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
        return datetime.now(UTC) + timedelta(days=400)
