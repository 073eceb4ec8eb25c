"""Documents whose files were renamed: their vectors are taken over where all that is embedded is the same."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk
from index.documents import Document, digest
from index.storage.base import Store
from index.storage.principals import SEES_ALL

Embedded = Callable[[Document, Chunk], str]
"""The text that is embedded for a chunk of a document."""


class MovedDocuments:
    """Documents of a collection, `gone` from where they were, that may come back under other ids."""

    def __init__(self, store: Store, collection: str, gone: Sequence[str]) -> None:
        self._store = store
        self._collection = collection
        self._gone = gone

    def vectors_of(self, document: Document, chunks: list[Chunk], embedded: Embedded) -> NDArray[np.float32] | None:
        """(chunks, dimension): those of a gone document that says the same, None if there is none.

        A title or heading that is embedded with a chunk and is another one makes others of them.
        """
        before = self._by_text.get(digest(document.text.encode()))
        if before is None:
            return None
        with self._store.view(SEES_ALL) as view:
            if view.sha256(before, self._collection) is None:  # another process has removed it meanwhile
                return None
            other = view.document(before, self._collection)
            kept = [Chunk(each.start, each.end) for each in view.chunks_of(before, self._collection)]
            if kept != chunks or any(embedded(document, each) != embedded(other, each) for each in chunks):
                return None
            return view.vectors_of(before, self._collection)

    @cached_property
    def _by_text(self) -> dict[str, str]:
        """Digest of the text → id."""
        with self._store.view(SEES_ALL) as view:
            there = set(view.digests(self._collection))
            return {
                digest(view.document(each, self._collection).text.encode()): each
                for each in self._gone
                if each in there
            }
