"""Traces, sent by a real server to a receiver of OTLP over HTTP on the loopback."""

import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from support import Served, problem

from index.errors import SettingsError
from index.storage.sqlite.store import FILE_NAME
from qa.service.observability import tracing

pytestmark = pytest.mark.slow

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
QUESTION = "How big is the reward for Maduro now?"


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """Where to send, and what was sent."""
    got: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


def told(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


def test_a_question_is_a_span_with_one_for_each_stage(
    seeds_data: Path, tmp_path: Path, receiver: tuple[str, list[bytes]]
) -> None:
    shutil.copy(seeds_data / FILE_NAME, tmp_path)
    endpoint, got = receiver
    served = Served(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_EXPORTER_OTLP_COMPRESSION="none")
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"traceparent": f"00-{trace}-{parent}-01", "X-Request-ID": "mine"}
    answer = served.client.post("/v1/ask", json={"question": QUESTION}, headers=headers).json()
    problem(served.client.get("/v1/documents/no/such"), 404, "not-found")
    assert served.stop() == 0, served.log

    batches = [batch for body in got for batch in ExportTraceServiceRequest.FromString(body).resource_spans]
    resource = told(batches[0].resource.attributes)
    assert (resource["service.name"], resource["service.version"]) == ("quoth", version("quoth"))
    spans = {span.name: span for batch in batches for scope in batch.scope_spans for span in scope.spans}
    assert set(spans) == {"POST /v1/ask", "retrieve", "read", "rank", "GET /v1/documents/{document_id:path}"}
    request = spans["POST /v1/ask"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (trace, parent)
    assert told(request.attributes) == {
        "http.request.method": "POST", "http.route": "/v1/ask", "http.response.status_code": 200, "quoth.request_id": "mine",
    }  # fmt: skip
    before = request.start_time_unix_nano
    for name in ("retrieve", "read", "rank"):
        stage = spans[name]
        assert (stage.trace_id, stage.parent_span_id) == (request.trace_id, request.span_id)
        assert before <= stage.start_time_unix_nano <= stage.end_time_unix_nano <= request.end_time_unix_nano
        before = stage.end_time_unix_nano
        assert told(stage.attributes) == {
            "quoth.status": "answered", "quoth.answers": len(answer["answers"]), "quoth.passages": len(answer["passages"]), "quoth.index_version": answer["index_version"],
        }  # fmt: skip
    assert spans["read"].end_time_unix_nano - spans["read"].start_time_unix_nano == round(
        answer["timings_ms"]["read"] * 1_000_000
    )
    assert spans["GET /v1/documents/{document_id:path}"].status.code == 0  # that somebody asks wrongly is no failure
    for text in (b"Maduro", b"reward", b"no/such", b"127.0.0.1", str(tmp_path).encode()):
        assert text not in b"".join(got)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({ENDPOINT: ""}, False),
        ({ENDPOINT: "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", ENDPOINT: "http://127.0.0.1:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", ENDPOINT: "http://127.0.0.1:4318"}, False),
    ],
)
def test_the_standard_variables_say_whether(environment: dict[str, str], expected: bool) -> None:
    assert tracing.wanted(environment) is expected


def test_what_is_wanted_and_cant_be_done_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tracing.from_environment() is None
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with pytest.raises(SettingsError, match=r"OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', and traces are sent by http/prot"):
        tracing.from_environment()
    monkeypatch.setattr(tracing, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"needs OpenTelemetry's library: pip install 'quoth\[otel\]'"):
        tracing.from_environment()
