"""Counters and histograms in Prometheus' format: what was asked, how it ended, and where the time went."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from qa.answers import Answer

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One service's figures, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "quoth_questions", "Questions by how they ended", ("status", "reason"), registry=self._registry
        )
        self._left = Counter(
            "quoth_questions_left", "Questions given up before they were answered", registry=self._registry
        )
        self._passages = Counter("quoth_passages_read", "Passages read", registry=self._registry)
        self._seconds = Histogram(
            "quoth_stage_seconds", "Seconds a stage took", ("stage",), buckets=_SECONDS, registry=self._registry
        )
        self._version = Gauge("quoth_index_version", "Version of the index", registry=self._registry)
        self._documents = Gauge("quoth_documents", "Documents indexed", ("collection",), registry=self._registry)

    def asked(self, answer: Answer) -> None:
        """Count one question."""
        self._questions.labels(answer.status, answer.reason or "").inc()
        self._passages.inc(len(answer.passages))
        for stage in ("retrieve", "read", "total"):
            self._seconds.labels(stage).observe(getattr(answer.timings_ms, stage) / 1000)

    def left(self, passages_read: int) -> None:
        """Count one question that was given up: its client left, or the service is being stopped."""
        self._left.inc()
        self._passages.inc(passages_read)

    def text(self, index_version: int, collections: dict[str, int]) -> bytes:
        """Everything, in the text format, with the index as it is now."""
        self._version.set(index_version)
        self._documents.clear()
        for collection, documents in collections.items():
            self._documents.labels(collection).set(documents)
        return generate_latest(self._registry)
