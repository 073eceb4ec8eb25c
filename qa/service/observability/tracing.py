"""OpenTelemetry, where its standard variables ask for it: a span for each request, and in it one for each stage.

Spans hold counts, statuses and versions; no text, no document's id and no address. Without those variables nothing is
imported for it. FastAPI's own instrumentation isn't used, for it tells addresses and queries, and is a beta.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from index.errors import SettingsError
from qa.answering.answers import Answer

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SPOKEN = "http/protobuf"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether the variables that OpenTelemetry has for it ask for traces."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return False
    return exporter == "otlp" or any(environment.get(name, "").strip() for name in _ENDPOINTS)


def from_environment() -> "Tracing | None":
    """What traces, if that is wanted. Raises SettingsError if it is, and can't be done."""
    if not wanted(os.environ):
        return None
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise SettingsError("OTEL_… ask for traces, which needs OpenTelemetry's library: pip install 'quoth[otel]'")
    protocol = next((os.environ[name] for name in _PROTOCOLS if os.environ.get(name)), _SPOKEN)
    if protocol != _SPOKEN:
        raise SettingsError(f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol!r}, and traces are sent by {_SPOKEN} alone.")
    return Tracing()


class Tracing:
    """Makes spans, and sends them in the background to where the variables say."""

    def __init__(self) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        resource = Resource.create()
        if str(resource.attributes["service.name"]).startswith("unknown_service"):
            resource = resource.merge(Resource({"service.name": "quoth"}))
        resource = resource.merge(Resource({"service.version": version("quoth")}))
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("quoth")

    @contextmanager
    def request(self, method: str, route: str, headers: Mapping[str, str]) -> "Iterator[Span]":
        """The span of a request, in the trace that its headers name if they do."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        above = TraceContextTextMapPropagator().extract(dict(headers))
        attributes = {"http.request.method": method, "http.route": route}
        # what is raised isn't recorded, for its message could quote a document
        with self._tracer.start_as_current_span(
            f"{method} {route}",
            above,
            SpanKind.SERVER,
            attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield span

    def stages(self, answer: Answer) -> None:
        """The spans of a question that has just been answered, in that of the request at hand."""
        timings = answer.timings_ms
        end = time.time_ns()
        told: dict[str, Any] = {
            "quoth.status": str(answer.status),
            "quoth.answers": len(answer.answers),
            "quoth.passages": len(answer.passages),
            "quoth.index_version": answer.index_version,
        }
        at = end - _ns(timings.total)
        for name, milliseconds in [("retrieve", timings.retrieve), ("read", timings.read), ("rank", None)]:
            until = end if milliseconds is None else at + _ns(milliseconds)
            self._tracer.start_span(name, attributes=told, start_time=at).end(until)
            at = until

    def close(self) -> None:
        """Send what is still to be sent."""
        self._provider.shutdown()


def ended(span: "Span", status: int | None, request_id: str) -> None:
    """Tell a request's span how it ended; `status` None if no response was begun."""
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("quoth.request_id", request_id)
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if status is None or status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def _ns(milliseconds: float) -> int:
    return round(milliseconds * 1_000_000)
