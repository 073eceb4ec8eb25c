"""Keeps an index in step with a folder: new and changed files are indexed, documents without a file are removed.

A document's id is the folder's name and the file's path in it, "handbook/leave.md". So it doesn't depend on the working
directory, nor on where the folder is, if that is a link. All documents of the collection whose id begins with the
folder's name belong to the folder. New files are indexed before any document is removed, each in a transaction of its
own: after an interruption no document is half there, and the next run finishes the work. Files that look as they did
when their documents were stored aren't read (`fingerprints.py`).
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from index import archives
from index.counting import many
from index.documents import check_id
from index.errors import DocumentError, NotFoundError, SettingsError
from index.indexing import WITHOUT_TEXT, Indexer, Outcome, Progress
from index.loading import find_files, fingerprint_of, readable_suffixes
from index.sources.fingerprints import Fingerprints
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
        links = {path for path, file in files.items() if file.is_symlink()}
        others = {file.resolve() for path, file in files.items() if path not in links} if links else set()
        return {
            f"{self.name}/{path}": file
            for path, file in files.items()
            if not (path in links and file.resolve() in others)
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


def folders_at(paths: Sequence[Path], name: str | None = None, excluded: Sequence[str] = ()) -> list[Folder]:
    """As `folder_at` for each. Raises SettingsError for two of one name, whose documents couldn't be told apart."""
    folders = [folder_at(path, name, excluded) for path in paths]
    for each, count in Counter(folder.name for folder in folders).items():
        if count > 1:
            raise SettingsError(f"Two folders are called {each!r}: sync each with a name of its own (--as NAME).")
    return folders


def sync(
    store: Store,
    indexer: Indexer,
    folder: Folder,
    collection: str,
    *,
    fingerprints: Fingerprints | None = None,
    dry_run: bool = False,
    prune_all: bool = False,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Bring the index in step; yields the outcome for each file, and "removed" for each document without one.

    A file that looks as `fingerprints` has it isn't read; without any, all are. If a file can't be read, or is a
    picture whose text isn't recognised here, its document stays. With `dry_run` nothing is changed. If the folder has
    no file left but the index has documents of it, NotFoundError is raised before anything is changed, unless
    `prune_all`: the cause may be a disk that isn't mounted.
    """
    fingerprints = fingerprints or Fingerprints()
    files = folder.files()
    with store.view(SEES_ALL) as view:
        indexed, version = view.digests(collection, f"{folder.name}/"), view.version
    broken = tuple(f"{document_id}/" for document_id in files if archives.is_archive(document_id))
    gone = [each for each in indexed if each not in files and not each.startswith(broken)]
    if gone and not files and not prune_all:
        raise NotFoundError(
            f"{folder.path} has no file that could be read, and {many(len(gone), 'document')} of {folder.name!r} would "
            "go. Nothing is removed: if they are to go, say so (--prune-all)."
        )
    known = readable_suffixes(indexer.limits)
    files = {each: file for each, file in files.items() if file.suffix.lower() in known or each + "/" in broken}
    seen = {document_id: fingerprint_of(file) for document_id, file in files.items()}
    to_read = []
    for document_id, file in files.items():
        content = indexed.get(document_id, _nothing(indexer))
        if seen[document_id] and seen[document_id] == fingerprints.of(document_id, content):
            yield Outcome(document_id, "unchanged", version=version)
        else:
            to_read.append((file, folder.path, document_id))
    if dry_run:
        yield from indexer.preview(to_read, collection)
    else:
        outcomes = indexer.add_files(to_read, collection, progress, gone)
        yield from _remembered(outcomes, seen, fingerprints, _nothing(indexer))
        fingerprints.keep_only(files)
        fingerprints.save()
    for document_id in gone:
        yield Outcome(document_id, "removed", version=None if dry_run else removed(store, document_id, collection))


def _remembered(
    outcomes: Iterator[Outcome], seen: dict[str, str | None], fingerprints: Fingerprints, nothing: str
) -> Iterator[Outcome]:
    """The outcomes, with what their files looked like before they were read. What is done is saved on the way."""
    try:
        for outcome in outcomes:
            fingerprint = seen.get(outcome.id)
            if fingerprint and (outcome.summary or outcome.status == WITHOUT_TEXT):
                content = outcome.summary.sha256 if outcome.summary else nothing
                fingerprints.remember(outcome.id, fingerprint, content)
            yield outcome
    finally:
        fingerprints.save()


def _nothing(indexer: Indexer) -> str:
    """What is remembered in place of a document's digest for a picture without text, as it is recognised now."""
    return f"{WITHOUT_TEXT}: {indexer.limits.recognition}"


def removed(store: Store, document_id: str, collection: str) -> int | None:
    """Delete a document; returns the index's version without it, None if another process has deleted it before."""
    try:
        return store.delete(document_id, collection)
    except NotFoundError:
        return None
