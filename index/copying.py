"""Copies the documents, feedback and settings of one store to another of any kind, without any model.

Chunks and vectors are copied as they are, so that the copy gives the same answers. Keys to the service aren't copied:
with the secrets that sign their tokens, a token for one service would open the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.chunking import Chunk
from index.errors import StorageError
from index.storage.base import Store, View
from index.storage.principals import SEES_ALL

Progress = Callable[[int, int], None]
"""Called with the number of documents done, and the number of all."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of a copy: how many documents were copied and how many were there already, how many entries of
    feedback were copied, and the target's new version.
    """

    documents: int
    unchanged: int
    feedback: int
    version: int


def copy(source: Store, target: Store, names: Sequence[str] = (), progress: Progress | None = None) -> Copied:
    """Copy one version of `source`, and its values for the manifest's `names`, to `target`, of the same signature.

    A document that is there already is skipped, and after an interruption none is half there; so a copy that was
    stopped can be continued by running it again. Raises StorageError if the target has documents that the source lacks.
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
