"""Who reads, and what they may see. Every view of a store belongs to one principal.

    SEES_ALL                                   # the person at the machine, or a key of the service
    of_collection("handbook")                  # a token for one collection
    of_groups({"staff"})                       # what names no readers, or the group "staff" among them
    Principal((Rule(metadata={"draft": (False, None)}),))   # no documents marked as drafts

A new kind of rule is a new field of `Rule`, and a new condition where each store applies rules.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from index.documents import Scalar


@dataclass(frozen=True, slots=True)
class Rule:
    """Which documents may be seen: those in these collections (None: in any) that have allowed metadata and readers.

    `metadata`: name → the allowed values. None among them also allows documents without that name. `groups`: those that
    the reader is in; a document is for everybody, or names one of them (None: whatever readers it names).
    """

    collections: frozenset[str] | None = None
    metadata: Mapping[str, tuple[Scalar | None, ...]] = field(default_factory=dict)
    groups: frozenset[str] | None = None

    def admits(self, collection: str, metadata: Mapping[str, Scalar], readers: Collection[str] = ()) -> bool:
        """Whether a document in this collection with this metadata and these readers may be seen."""
        return (
            (self.collections is None or collection in self.collections)
            and (self.groups is None or not readers or not self.groups.isdisjoint(readers))
            and all(any(_same(metadata.get(name), value) for value in values) for name, values in self.metadata.items())
        )


@dataclass(frozen=True, slots=True)
class Principal:
    """A reader. They see a document only if all of their rules admit it; without rules they see every document."""

    rules: tuple[Rule, ...] = ()

    def admits(self, collection: str, metadata: Mapping[str, Scalar], readers: Collection[str] = ()) -> bool:
        """Whether they see a document in this collection with this metadata and these readers."""
        return all(rule.admits(collection, metadata, readers) for rule in self.rules)

    def admits_some_of(self, collection: str) -> bool:
        """Whether they may see any document in this collection at all."""
        return all(rule.collections is None or collection in rule.collections for rule in self.rules)

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden from them."""
        return not self.rules

    @property
    def in_every_collection(self) -> bool:
        """Whether no collection as such is hidden from them."""
        return all(rule.collections is None for rule in self.rules)

    @property
    def by_metadata(self) -> bool:
        """Whether documents may be hidden from them for their metadata."""
        return any(rule.metadata for rule in self.rules)

    @property
    def by_groups(self) -> bool:
        """Whether documents may be hidden from them for their readers."""
        return any(rule.groups is not None for rule in self.rules)


SEES_ALL = Principal()
SEES_NOTHING = Principal((Rule(frozenset()),))


def of_collection(collection: str) -> Principal:
    """A principal who may see only this collection."""
    return Principal((Rule(frozenset({collection})),))


def of_groups(groups: Collection[str]) -> Principal:
    """A principal who sees what is for everybody, or for one of these groups."""
    return Principal((Rule(groups=frozenset(groups)),))


def _same(one: Scalar | None, other: Scalar | None) -> bool:
    """Whether the values are equal, and both or neither are booleans: in JSON true isn't 1, in Python it is."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
