"""What the stores in SQL do alike with the rows of questions that were asked."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.questions import AskedQuestion, DocumentUse, DocumentUses, KeptQuestion


def uses_of(
    most: Sequence[DocumentUse],
    names: Iterable[tuple[str, str]],
    title_of: Callable[[str, str], str],
    limit: int,
) -> DocumentUses:
    """The uses of documents: `most` are those that answer, in order, `names` (collection, id) are all.

    At most `limit` of those that answer, and of those that never do, are listed.
    """
    answering = {(one.collection, one.document_id) for one in most}
    never = [name for name in names if name not in answering]
    listed = [DocumentUse(*name, title_of(*name), 0) for name in never[:limit]]
    return DocumentUses(tuple(most[:limit]), len(most), tuple(listed), len(never))


def stored_vector(vector: NDArray[np.float32] | None) -> bytes | None:
    """A question's vector as stores keep it: little-endian float16."""
    return None if vector is None else vector.astype("<f2").tobytes()


def kept_question(row: Sequence[Any], document_ids: tuple[str, ...]) -> KeptQuestion:
    """A question as it is stored; the row has its number, the last verdict, and the fields in the order below."""
    number, verdict, asked, collection, outcome, reason, confidence, version, milliseconds, answer_id, *words = row
    text, vector = words
    return KeptQuestion(
        number,
        verdict,
        AskedQuestion(
            asked, collection, outcome, reason, confidence, document_ids, version, milliseconds, answer_id, text,
            None if vector is None else np.frombuffer(vector, "<f2").astype(np.float32),
        ),
    )  # fmt: skip
