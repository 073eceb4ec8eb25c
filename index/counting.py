"""Numbers of things in messages."""


def many(count: int, noun: str) -> str:
    """`many(1, "chunk")` is "1 chunk", `many(1234, "chunk")` is "1,234 chunks"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
