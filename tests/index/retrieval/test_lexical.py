"""The stage that searches by words."""

import pytest

from index.retrieval.lexical import Lexical


@pytest.mark.parametrize("context", [-0.1, float("nan"), float("inf")])
def test_a_weight_of_the_context_that_is_no_weight_is_refused(context: float) -> None:
    with pytest.raises(ValueError, match="weight of a chunk's context is .*: it must be 0 or more and finite"):
        Lexical(context)
