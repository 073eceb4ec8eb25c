"""Which pages are still to be asked for, and what is never asked for: what a site could go on making without end.

A calendar has a next month for ever, a listing each order of each filter, and a relative link that is wrong a path that
grows with every click: /a/b/a/b/a/b. Nothing tells them from pages for certain, so each is bounded.
"""

import mimetypes
from collections import Counter, deque
from pathlib import PurePosixPath

from index.formats.registry import BY_SUFFIX

MAX_DEPTH = 20  # links from the page that was named
MAX_QUERIES = 50  # of one path, such as /calendar?month=1 and /calendar?month=2
MAX_REPEATS = 3  # of one part of a path, such as "b" in /a/b/a/b


class Frontier:
    """Pages in the order in which they were found, each once, with how many links they are from the start."""

    def __init__(self, passed_over: Counter[str]) -> None:
        self._waiting: deque[tuple[str, int]] = deque()
        self._seen: set[str] = set()
        self._queries: Counter[str] = Counter()
        self._passed_over = passed_over

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, address: str, depth: int = 0) -> None:
        """Put a page in line, unless it has been there, or is one of those that are never asked for."""
        if address in self._seen:
            return
        self._seen.add(address)
        if why := self._why_not(address, depth):
            self._passed_over[why] += 1
        else:
            self._waiting.append((address, depth))

    def add_anyway(self, address: str, depth: int = MAX_DEPTH) -> None:
        """Put a page in line, whatever it is and also if it has been there."""
        self._seen.add(address)
        self._waiting.append((address, depth))

    def has_seen(self, address: str) -> bool:
        """Whether the page is or was in line, or was refused."""
        return address in self._seen

    def next(self) -> tuple[str, int]:
        """The next page, and its depth."""
        return self._waiting.popleft()

    def _why_not(self, address: str, depth: int) -> str | None:
        path, _, query = address.partition("?")
        suffix = PurePosixPath(path).suffix.lower()
        kind = mimetypes.guess_type(f"x{suffix}")[0] or ""
        known = suffix in BY_SUFFIX and not BY_SUFFIX[suffix].is_picture
        if not known and kind.partition("/")[0] in ("image", "audio", "video", "font"):
            return f"of the kind {suffix}"
        if depth > MAX_DEPTH:
            return f"more than {MAX_DEPTH} links away"
        repeats = Counter(part for part in path.split("/") if part)
        if max(repeats.values(), default=0) > MAX_REPEATS:
            return "with the same part again and again in their address"
        if query:
            self._queries[path] += 1
            if self._queries[path] > MAX_QUERIES:
                return f"with one of more than {MAX_QUERIES} queries of one path"
        return None
