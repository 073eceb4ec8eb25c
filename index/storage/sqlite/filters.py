"""A filter as SQL: the chunks of the documents that it admits."""

import json

from index.documents import Scalar
from index.storage.base import Filter

# CROSS JOIN looks at each document once, rather than at each chunk
_CHUNKS = "SELECT chunks.key FROM documents CROSS JOIN chunks ON chunks.document = documents.key WHERE "
# An older Quoth stored NaN and infinity, so not all metadata is valid JSON
_METADATA = """NOT EXISTS (
    SELECT 1 FROM json_each(:metadata) AS wanted WHERE NOT EXISTS (
        SELECT 1 FROM json_each(CASE WHEN json_valid(documents.metadata) THEN documents.metadata END) AS has
        WHERE has.key = wanted.key AND has.value = wanted.value
        AND (has.type IN ('true', 'false')) = (wanted.type IN ('true', 'false'))))"""

_EXACT_INTEGERS = 10**15  # below, JSON writes a whole number as it is


def admitted(where: Filter) -> tuple[str, dict[str, str]]:
    """(A SELECT of the keys of the chunks that a filter admits, its values)."""
    conditions, values = ["documents.collection = :collection"], {"collection": where.collection}
    if where.document_ids is not None:
        conditions.append("documents.id IN (SELECT value FROM json_each(:ids))")
        values["ids"] = json.dumps(where.document_ids)
    pieces = [piece for name, value in where.metadata.items() if (piece := _piece(name, value))]
    for number, piece in enumerate(pieces):  # most documents lack them, so that their JSON needn't be parsed
        conditions.append(f"instr(documents.metadata, :piece_{number})")
        values[f"piece_{number}"] = piece
    if where.metadata:
        conditions.append(_METADATA)
        values["metadata"] = json.dumps(dict(where.metadata))
    return _CHUNKS + " AND ".join(conditions), values


def _piece(name: str, value: Scalar) -> str | None:
    """What stands in the stored metadata of every document with this value; None if that isn't certain.

    ("year", 2024) → '"year": 2024', which also begins 2024.0, which is equal.
    """
    if isinstance(value, int | float):
        if value == 0 or abs(value) >= _EXACT_INTEGERS:  # 0 equals -0.0, and 10**16 equals 1e+16
            return None
        value = int(value) if isinstance(value, float) and value.is_integer() else value
    return json.dumps({name: value})[1:-1]
