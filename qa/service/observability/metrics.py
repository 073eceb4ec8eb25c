"""Counters and histograms in Prometheus' format: what was asked and sent, how it ended, and where the time went.

No label holds what somebody sent: routes are labelled by their template, methods and outcomes from a closed list.
"""

import platform
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from index.errors import QuothError
from index.parsing import confinement
from index.storage.base import View
from qa.answering.answers import Answer

_STAGE_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_QUESTIONS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """One service's figures, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._questions = Counter(
            "quoth_questions", "Questions by how they ended", ("status", "reason"), registry=registry
        )
        self._left = Counter("quoth_questions_left", "Questions given up before they were answered", registry=registry)
        self._kept = Counter(
            "quoth_kept_questions", "Questions to keep for the insights", ("outcome",), registry=registry
        )
        self._passages = Counter("quoth_passages_read", "Passages read", registry=registry)
        self._seconds = Histogram(
            "quoth_stage_seconds", "Seconds a stage took", ("stage",), buckets=_STAGE_SECONDS, registry=registry
        )
        self._batches = Histogram(
            "quoth_batch_questions", "Questions in a batch request", buckets=_QUESTIONS, registry=registry
        )
        self._requests = Counter(
            "quoth_requests", "Requests by route and status", ("method", "route", "status"), registry=registry
        )
        self._request_seconds = Histogram(
            "quoth_request_seconds",
            "Seconds from a request's head to the end of its response",
            ("method", "route"),
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self._writes = Counter(
            "quoth_writes", "Documents written, by how it ended", ("operation", "outcome"), registry=registry
        )
        self._in_line = Gauge(
            "quoth_in_line",
            "Questions, files to parse and writes that wait or are worked on",
            ("line",),
            registry=registry,
        )
        self._refused = Counter(
            "quoth_refused", "Requests refused because as many waited as may", ("line",), registry=registry
        )
        self._late = Counter("quoth_late", "Works given up because their time ran out", ("line",), registry=registry)
        self._defects = Counter("quoth_defects", "Requests that failed in a way they shouldn't", registry=registry)
        self._load = Gauge(
            "quoth_models_load_seconds",
            "Seconds that loading the models took",
            registry=registry,
        )
        self._arithmetic = Gauge(
            "quoth_models_arithmetic",
            "What the models multiply in; always 1",
            ("arithmetic",),
            registry=registry,
        )
        build = Gauge(
            "quoth_build_info",
            "What is running; always 1",
            ("version", "python"),
            registry=registry,
        )
        build.labels(version("quoth"), platform.python_version()).set(1)
        parsing = Gauge(
            "quoth_parsing_confined",
            "Whether the system holds back by this what parses documents",
            ("measure",),
            registry=registry,
        )
        measures = {measure.split()[0] for measure in confinement.offered()}
        for measure in ("landlock", "seccomp"):
            parsing.labels(measure).set(measure in measures)
        ProcessCollector(registry=registry)
        self._index = _Index()
        registry.register(self._index)

    def asked(self, answer: Answer) -> None:
        """Count one question."""
        self._questions.labels(answer.status, answer.reason or "").inc()
        self._passages.inc(sum(passage.read for passage in answer.passages))
        for stage in ("retrieve", "read", "total"):
            self._seconds.labels(stage).observe(getattr(answer.timings_ms, stage) / 1000)

    def left(self, passages_read: int) -> None:
        """Count one question that was given up: its client left, or the service is being stopped."""
        self._left.inc()
        self._passages.inc(passages_read)

    def questions_kept(self, outcome: Literal["kept", "lost"], count: int) -> None:
        """Count questions that were kept for the insights, or were to be."""
        self._kept.labels(outcome).inc(count)

    def line(self, line: str) -> None:
        """Show a line's figures from the start, as 0."""
        for each in (self._in_line, self._refused, self._late):
            each.labels(line)

    def entered(self, line: str) -> None:
        """Count one more in line."""
        self._in_line.labels(line).inc()

    def went(self, line: str) -> None:
        """Count one less in line."""
        self._in_line.labels(line).dec()

    def refused(self, line: str) -> None:
        """Count one request for which there was no place in line."""
        self._refused.labels(line).inc()

    def late(self, line: str) -> None:
        """Count one question or write that was given up because its time ran out."""
        self._late.labels(line).inc()

    def batch(self, questions: int) -> None:
        """Count one batch request."""
        self._batches.observe(questions)

    def requested(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count one request, its response sent or given up; `route` is a template, `status` None if none was begun."""
        self._requests.labels(method, route, "none" if status is None else str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def defect(self) -> None:
        """Count one request that failed in a way it shouldn't."""
        self._defects.inc()

    def loaded(self, seconds: float, arithmetic: str) -> None:
        """Tell how long the models took to load, and what they multiply in."""
        self._load.set(seconds)
        self._arithmetic.labels(arithmetic).set(1)

    def wrote(self, operation: str, outcome: str) -> None:
        """Count one document put, uploaded or deleted; `outcome` is what became of it, or the kind of the error."""
        self._writes.labels(operation, outcome).inc()

    @contextmanager
    def refusals(self, operation: str) -> Iterator[None]:
        """Count what fails inside as a write that came to nothing."""
        try:
            yield
        except QuothError as error:
            self.wrote(operation, error.kind)
            raise

    def text(self, view: View, on_disk: Mapping[str, int], reads: Mapping[tuple[str, str], int]) -> bytes:
        """Everything, in the text format, with the index as the view has it.

        `on_disk` are its parts' bytes, `reads` the views for questions by (what was read, why not the replica).
        """
        self._index.measure(view, on_disk)
        self._index.reads = reads
        return generate_latest(self.registry)


class _Index(Collector):
    """The index as it was measured last. It isn't counted, for it is no one process's."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._sizes: dict[str, tuple[int, int]] = {}
        self._bytes: Mapping[str, int] = {}
        self.reads: Mapping[tuple[str, str], int] = {}

    def measure(self, view: View, on_disk: Mapping[str, int]) -> None:
        if view.version != self._version:
            self._sizes = view.sizes()
            self._version = view.version
        self._bytes = on_disk

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("quoth_index_version", "Version of the index", self._version or 0)
        documents = GaugeMetricFamily("quoth_documents", "Documents indexed", labels=["collection"])
        chunks = GaugeMetricFamily("quoth_chunks", "Chunks indexed", labels=["collection"])
        for collection, (of_documents, of_chunks) in self._sizes.items():
            documents.add_metric([collection], of_documents)
            chunks.add_metric([collection], of_chunks)
        size = GaugeMetricFamily("quoth_data_bytes", "Bytes of the data file, and of its log", labels=["file"])
        for file, count in self._bytes.items():
            size.add_metric([file], count)
        reads = CounterMetricFamily(
            "quoth_replica_reads", "Questions and searches, where there is a replica", labels=["read", "why"]
        )
        for labels, count in self.reads.items():
            reads.add_metric(labels, count)
        yield from (documents, chunks, size, reads)
