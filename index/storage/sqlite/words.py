"""FTS5's grammar: words → what its MATCH takes."""

from collections.abc import Sequence


def any_of(words: Sequence[str]) -> str:
    """An expression that a text with any of the words satisfies. There must be one."""
    return " OR ".join(map(_quoted, words))


def phrase(words: Sequence[str]) -> str:
    """An expression that a text satisfies in which the words stand one after another. There must be one."""
    return _quoted(" ".join(words))


def weighed(expression: str, context: float) -> dict[str, str]:
    """An expression and BM25's weights of the columns text and context; with 0 the context isn't searched."""
    return {
        "words": expression if context else f"{{text}} : ({expression})",
        "weights": f"bm25(1.0, {context:f})",
    }


def _quoted(words: str) -> str:
    doubled = words.replace('"', '""')
    return f'"{doubled}"'
