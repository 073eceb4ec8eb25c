"""A folder and its documents in step: what is new or changed is indexed, and what is gone from the folder is removed.

A document's id is the folder's name and the file's path in it, "handbook/leave.md": the same from any working
directory, and for a folder that is a link to another one each week. Whatever in the collection has an id that begins
with the folder's name is taken to come from it. New files are indexed before any document is removed, each in a
transaction of its own: whenever it is stopped, nothing is half there, and the next time finishes it.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from index.documents import check_id
from index.errors import DocumentError, NotFoundError
from index.indexing import Indexer, Outcome, Progress
from index.loading import find_files
from index.storage.base import Store
from index.storage.principals import SEES_ALL


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that documents come from, what their ids begin with, and what of it is left out, as .gitignore has it.

    `excluded` are patterns such as "drafts/" and "*.bak.md".
    """

    path: Path
    name: str
    excluded: Sequence[str] = ()

    def files(self) -> dict[str, Path]:
        """Id → file, in the order of the files. Of a file and links to it inside the folder, the file alone."""
        left_out = GitIgnoreSpec.from_lines(self.excluded)
        below = {file.relative_to(self.path).as_posix(): file for file in find_files(self.path)}
        files = {place: file for place, file in below.items() if not left_out.match_file(place)}
        themselves = {file.resolve() for file in files.values() if not file.is_symlink()}
        return {
            f"{self.name}/{place}": file
            for place, file in files.items()
            if not (file.is_symlink() and file.resolve() in themselves)
        }


def folder_at(path: Path, name: str | None = None, excluded: Sequence[str] = ()) -> Folder:
    """The folder at `path`, by its own name, or `name`.

    Raises NotFoundError where there is no such folder, DocumentError for a name that no id can begin with.
    """
    if not path.is_dir():
        raise NotFoundError(f"There is no folder {path}: name one (a single file is indexed by `quoth index`).")
    own = Path(os.path.abspath(path)).name  # noqa: PTH100  # resolve() would follow a link, whose name it is
    name = (own if name is None else name).strip("/")
    if not name:
        raise DocumentError(f"{path} has no name that ids could begin with: give it one (--as NAME).")
    check_id(name)
    return Folder(path, name, tuple(excluded))


def sync(
    store: Store,
    indexer: Indexer,
    folder: Folder,
    collection: str,
    *,
    dry_run: bool = False,
    prune_all: bool = False,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """What becomes of each file and of each document that has no file any more, which is "removed".

    A file that is there but can't be read leaves its document as it is. `dry_run`: nothing is changed. Raises
    NotFoundError, before anything is changed, where no file is left of a folder that has documents, unless
    `prune_all`: it may be that a disk isn't mounted.
    """
    files = folder.files()
    with store.view(SEES_ALL) as view:
        there = [each.id for each in view.summaries(collection) if each.id.startswith(f"{folder.name}/")]
    gone = [document_id for document_id in there if document_id not in files]
    if gone and not files and not prune_all:
        raise NotFoundError(
            f"{folder.path} has no file that could be read, but {len(gone)} documents of {folder.name!r} are indexed. "
            "Nothing is removed: if they are to go, say so (--prune-all)."
        )
    brought = [(file, folder.path, document_id) for document_id, file in files.items()]
    yield from indexer.preview(brought, collection) if dry_run else indexer.add_files(brought, collection, progress)
    for document_id in gone:
        yield Outcome(document_id, "removed", version=None if dry_run else _removed(store, document_id, collection))


def _removed(store: Store, document_id: str, collection: str) -> int | None:
    try:
        return store.delete(document_id, collection)
    except NotFoundError:  # somebody else has removed it
        return None
