"""Keeps an index in step with a folder: new and changed files are indexed, documents without a file are removed.

A document's id is the folder's name and the file's path in it, "handbook/leave.md". So it doesn't depend on the working
directory, nor on where the folder is, if that is a link. All documents of the collection whose id begins with the
folder's name belong to the folder. New files are indexed before any document is removed, each in a transaction of its
own: after an interruption no document is half there, and the next run finishes the work.
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
    """A folder that documents come from; their ids begin with `name`.

    `excluded` are patterns as in .gitignore, such as "drafts/" and "*.bak.md".
    """

    path: Path
    name: str
    excluded: Sequence[str] = ()

    def files(self) -> dict[str, Path]:
        """Id → file, in the order of the files. A link to another file of the folder is skipped."""
        excluded = GitIgnoreSpec.from_lines(self.excluded)
        below = {file.relative_to(self.path).as_posix(): file for file in find_files(self.path)}
        files = {path: file for path, file in below.items() if not excluded.match_file(path)}
        no_links = {file.resolve() for file in files.values() if not file.is_symlink()}
        return {
            f"{self.name}/{path}": file
            for path, file in files.items()
            if not (file.is_symlink() and file.resolve() in no_links)
        }


def folder_at(path: Path, name: str | None = None, excluded: Sequence[str] = ()) -> Folder:
    """The folder at `path`, with its own name if `name` is None.

    Raises NotFoundError if there is no such folder, DocumentError for a name that ids can't begin with.
    """
    if not path.is_dir():
        raise NotFoundError(f"There is no folder {path}: name one (a single file is indexed by `quoth index`).")
    own = Path(os.path.abspath(path)).name  # noqa: PTH100  # resolve() would follow a link and lose its name
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
    """Bring the index in step; yields the outcome for each file, and "removed" for each document without one.

    If a file can't be read, its document stays as it is. With `dry_run` nothing is changed. If the folder has no file
    left but the index has documents of it, NotFoundError is raised before anything is changed, unless `prune_all`: the
    cause may be a disk that isn't mounted.
    """
    files = folder.files()
    with store.view(SEES_ALL) as view:
        indexed = [each.id for each in view.summaries(collection) if each.id.startswith(f"{folder.name}/")]
    gone = [document_id for document_id in indexed if document_id not in files]
    if gone and not files and not prune_all:
        raise NotFoundError(
            f"{folder.path} has no file that could be read, but {len(gone)} documents of {folder.name!r} are indexed. "
            "Nothing is removed: if they are to go, say so (--prune-all)."
        )
    to_add = [(file, folder.path, document_id) for document_id, file in files.items()]
    yield from indexer.preview(to_add, collection) if dry_run else indexer.add_files(to_add, collection, progress)
    for document_id in gone:
        yield Outcome(document_id, "removed", version=None if dry_run else _removed(store, document_id, collection))


def _removed(store: Store, document_id: str, collection: str) -> int | None:
    try:
        return store.delete(document_id, collection)
    except NotFoundError:  # another process has removed it
        return None
