"""Who reads, and what they may see: every view of a store is seen by one principal.

    SEES_ALL                                   # the person at the machine, or a key of the service
    of_collection("handbook")                  # a token for one collection
    Principal((Rule(metadata={"draft": (False, None)}),))   # no documents marked as drafts

A new kind of rule is one more field of `Rule`, and one more condition where a store applies rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.documents import Scalar


@dataclass(frozen=True, slots=True)
class Rule:
    """Which documents may be seen: those of these collections (None: of any) with one of these metadata values.

    `metadata`: name → the values that are let through; None among them lets those through that lack the name.
    """

    collections: frozenset[str] | None = None
    metadata: Mapping[str, tuple[Scalar | None, ...]] = field(default_factory=dict)

    def admits(self, collection: str, metadata: Mapping[str, Scalar]) -> bool:
        """Whether a document of this collection and with these metadata may be seen."""
        return (self.collections is None or collection in self.collections) and all(
            any(_same(metadata.get(name), value) for value in values) for name, values in self.metadata.items()
        )


@dataclass(frozen=True, slots=True)
class Principal:
    """Who reads. They see a document only if each of their rules admits it; without rules they see all."""

    rules: tuple[Rule, ...] = ()

    def admits(self, collection: str, metadata: Mapping[str, Scalar]) -> bool:
        """Whether they see a document of this collection and with these metadata."""
        return all(rule.admits(collection, metadata) for rule in self.rules)

    def admits_some_of(self, collection: str) -> bool:
        """Whether they may see anything in a collection."""
        return all(rule.collections is None or collection in rule.collections for rule in self.rules)

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden from them."""
        return not self.rules

    @property
    def by_document(self) -> bool:
        """Whether some documents of a collection may be hidden from them while others aren't."""
        return any(rule.metadata for rule in self.rules)


SEES_ALL = Principal()
SEES_NOTHING = Principal((Rule(frozenset()),))


def of_collection(collection: str) -> Principal:
    """Somebody who may see one collection alone."""
    return Principal((Rule(frozenset({collection})),))


def _same(one: Scalar | None, other: Scalar | None) -> bool:
    """Equal, and both or neither of them true or false: in JSON true isn't 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
