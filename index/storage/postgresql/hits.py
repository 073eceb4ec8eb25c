"""The table of what the rate limits have counted: a row for each key, which one statement reads and writes."""

import hashlib
from threading import Lock
from time import monotonic

from index.storage.hits import Hits
from index.storage.postgresql.statements import SingleStatements

_SWEEP_SECONDS = 60.0

# Those in the window. Where the clock was set back by more than 5 s, counting starts anew, or hits in the future would
# block until then; `width_bucket` is how many of the sorted numbers are at most as high
_KEPT = """CASE WHEN kept.hits[cardinality(kept.hits)] > {now} + 5 THEN '{{}}'
    ELSE kept.hits[width_bucket({now} - %(seconds)s, kept.hits) + 1 :] END"""
_NOW = "extract(epoch FROM clock_timestamp())::float8"
_IN_WINDOW = _KEPT.format(now="excluded.hits[1]")
# No earlier than the last one, so that they stay sorted whoever has to wait for the row
_ADDED = """array_fill(CASE WHEN kept.hits[cardinality(kept.hits)] > excluded.hits[1] + 5 THEN excluded.hits[1]
    ELSE greatest(excluded.hits[1], kept.hits[cardinality(kept.hits)]) END, ARRAY[%(amount)s::int])"""
_HIT = f"""INSERT INTO rate_limits AS kept (key, hits, ends)
    SELECT %(key)s, array_fill(now, ARRAY[%(amount)s::int]), now + %(seconds)s FROM (SELECT {_NOW} AS now) AS clock
    ON CONFLICT (key) DO UPDATE SET hits = {_IN_WINDOW} || {_ADDED}, ends = excluded.ends
    WHERE cardinality({_IN_WINDOW}) + %(amount)s <= %(most)s
    RETURNING cardinality(hits), {_NOW} - hits[1]"""  # noqa: S608  # ours
_LOOK = f"""SELECT cardinality(hits), now - hits[1] FROM (
    SELECT now, {_KEPT.format(now="now")} AS hits
    FROM (SELECT {_NOW} AS now OFFSET 0) AS clock, rate_limits AS kept WHERE key = %(key)s) AS each"""  # noqa: S608
_SWEEP = f"""DELETE FROM rate_limits
    WHERE key IN (SELECT key FROM rate_limits WHERE ends < {_NOW} FOR UPDATE SKIP LOCKED)"""  # noqa: S608


class HitCounts:
    """Counts hits in the database, by its clock. Safe to share between threads."""

    def __init__(self, statements: SingleStatements) -> None:
        self._statements = statements
        self._swept = monotonic()
        self._lock = Lock()

    def hit(self, key: str, most: int, seconds: float, amount: int) -> Hits:
        """See `CountsHits.hit`."""
        values = {"key": hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:16], "most": most,
                  "seconds": float(seconds), "amount": amount}  # fmt: skip
        self._sweep()
        if 0 < amount <= most and (row := self._statements.row(_HIT, values)):
            return Hits(True, row[0], row[1])
        count, age = self._statements.row(_LOOK, values) or (0, None)
        return Hits(amount == 0, count, age or 0.0)

    def _sweep(self) -> None:
        """Once a minute remove what counts no more, also of those who never come back."""
        with self._lock:
            if monotonic() < self._swept + _SWEEP_SECONDS:
                return
            self._swept = monotonic()
        self._statements.row(_SWEEP)
