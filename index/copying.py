"""One store's documents, feedback and what else is kept → another store, of whichever kind, without any model.

Chunks and vectors are taken as they are, so that the copy gives the same answers. Keys to the service stay where they
are: a copy of what signs tokens would open two doors with one key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.chunking import Chunk
from index.errors import StorageError
from index.storage.base import Store, View
from index.storage.principals import SEES_ALL

Progress = Callable[[int, int], None]
"""Called with how many documents are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many documents were copied and how many were there already, how much feedback was, and the new version."""

    documents: int
    unchanged: int
    feedback: int
    version: int


def copy(source: Store, target: Store, names: Sequence[str] = (), progress: Progress | None = None) -> Copied:
    """Copy one version of `source`, and what it keeps under `names`, into `target`, made with the same signature.

    Each document is there wholly or not at all, and one that is there already is left alone, so that a copy that was
    stopped goes on when it is made again. Raises StorageError for a target that has documents which the source lacks.
    """
    copied = unchanged = 0
    with source.view(SEES_ALL) as view:
        _check_target(view, target)
        total = sum(view.collections().values())
        for collection, document in view.documents():
            original_sha256 = view.original_sha256(document.id, collection)
            with target.view(SEES_ALL) as there:
                kept = there.sha256(document.id, collection), there.original_sha256(document.id, collection)
            if kept == (view.sha256(document.id, collection), original_sha256):
                unchanged += 1
            else:
                chunks = [Chunk(chunk.start, chunk.end) for chunk in view.chunks_of(document.id, collection)]
                vectors = view.vectors_of(document.id, collection)
                original = view.original(document.id, collection).data if original_sha256 else None
                target.put(document, chunks, vectors, collection, original)
                copied += 1
            if progress:
                progress(copied + unchanged, total)
        feedback = [target.keep_feedback(one.feedback) for one in view.feedback()]
        for name in names:
            value = view.manifest(name)
            target.keep(name, None if value is None else str(value))
    with target.view(SEES_ALL) as there:
        return Copied(copied, unchanged, sum(new for _, new in feedback), there.version)


def _check_target(view: View, target: Store) -> None:
    with target.view(SEES_ALL) as there:
        for one in there.summaries():
            if view.sha256(one.id, one.collection) is None:
                raise StorageError(
                    f"{target.url} has {one.id!r} in {one.collection!r}, which what is to be copied lacks: name a "
                    "place without an index, or delete it there."
                )
