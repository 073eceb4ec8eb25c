"""OpenTelemetry traces, if its standard variables ask for them: a span for each request, and one for each stage in it.

Spans hold counts, statuses and versions, but no text, document ids or addresses. Without those variables nothing is
imported. FastAPI's own instrumentation isn't used, because it records addresses and queries and is a beta version.
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
_PROTOCOL = "http/protobuf"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry's variables in `environment` ask for traces."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return False
    return exporter == "otlp" or any(environment.get(name, "").strip() for name in _ENDPOINTS)


def from_environment() -> "Tracing | None":
    """The tracing that the environment asks for, None if it doesn't. Raises SettingsError if it can't be done."""
    if not wanted(os.environ):
        return None
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise SettingsError("OTEL_… ask for traces, which needs OpenTelemetry's library: pip install 'quoth[otel]'")
    protocol = next((os.environ[name] for name in _PROTOCOLS if os.environ.get(name)), _PROTOCOL)
    if protocol != _PROTOCOL:
        raise SettingsError(f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol!r}, and traces are sent by {_PROTOCOL} alone.")
    return Tracing()


class Tracing:
    """Makes spans, and sends them in the background to the endpoint that the variables name."""

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
        """The span of a request, in the trace that its headers name, if any."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = TraceContextTextMapPropagator().extract(dict(headers))
        attributes = {"http.request.method": method, "http.route": route}
        # exceptions aren't recorded, because their messages could quote a document
        with self._tracer.start_as_current_span(
            f"{method} {route}",
            parent,
            SpanKind.SERVER,
            attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield span

    def stages(self, answer: Answer) -> None:
        """Add the spans of a question that was just answered to the current request's span, from its timings."""
        timings = answer.timings_ms
        end = time.time_ns()
        attributes: dict[str, Any] = {
            "quoth.status": str(answer.status),
            "quoth.answers": len(answer.answers),
            "quoth.passages": len(answer.passages),
            "quoth.index_version": answer.index_version,
        }
        at = end - _ns(timings.total)
        for name, milliseconds in [("retrieve", timings.retrieve), ("read", timings.read), ("rank", None)]:
            until = end if milliseconds is None else at + _ns(milliseconds)
            self._tracer.start_span(name, attributes=attributes, start_time=at).end(until)
            at = until

    def close(self) -> None:
        """Send the remaining spans."""
        self._provider.shutdown()


def ended(span: "Span", status: int | None, request_id: str) -> None:
    """Set the outcome of a request on its span; `status` is None if no response was begun."""
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("quoth.request_id", request_id)
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if status is None or status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def _ns(milliseconds: float) -> int:
    return round(milliseconds * 1_000_000)
