"""Requests made from the contract, true to it and not, sent to two servers: one without keys, one with a key.

    python tests/benchmarks/fuzz.py --cases 10000 --seed 1 --output fuzz.json        half an hour on two busy cores
    python tests/benchmarks/fuzz.py --cases 200

schemathesis makes the requests and checks every response: no 5xx, a status, headers and a body that the contract has,
nothing accepted that it forbids or refused that it allows, nothing open without the key. Each further round has the
next seed, until there are so many cases. At the end the logs must show no traceback, and `quoth verify` no damage.
Exits with 1 if anything was found; a finding is told with the request that shows it.
"""

import argparse
import base64
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from speed import QUOTH
from tqdm import tqdm

CONFIGURATION = Path(__file__).with_name("fuzz.toml")
SITE = "https://site.example"
DOCUMENTS = {  # few and short, so that a question costs little
    "tide.txt": (
        "text/plain",
        "The Tide Mill\n\nThe mill at Saltmarrow was built in 1741 by Piet Amsel. It grinds rye.",
    ),
    "bread.md": ("text/markdown", "# Bread\n\n## Proving\n\nLet the dough rest for 12 hours at 21 degrees.\n"),
    "ferry.html": ("text/html", "<title>Ferries</title><h1>Ferries</h1><p>The ferry to Orm sails daily at noon.</p>"),
}


@dataclass(frozen=True)
class Target:
    """A server to send requests to, its data folder and log, and the key that it asks for."""

    name: str
    url: str
    data: Path
    log: Path
    key: str | None

    @property
    def headers(self) -> dict[str, str]:
        """What a request needs to be let in."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


@dataclass
class Tally:
    """What has been sent and found."""

    cases: int = 0
    by_checks: int = 0
    by_phase: Counter[str] = field(default_factory=Counter)
    by_operation: Counter[str] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def add(self, target: Target, scenario: dict[str, Any]) -> None:
        """Count one scenario of schemathesis' report: the requests of one operation, or of one sequence."""
        recorder = scenario["recorder"]
        for identity, case in recorder.get("cases", {}).items():  # none where it was skipped
            sent = recorder.get("interactions", {}).get(identity) or {}
            if identity not in recorder.get("checks", {}):  # a check's own request, such as the same without the key
                self.by_checks += 1
                continue
            status = (sent.get("response") or {}).get("status_code")
            self.cases += 1
            self.by_phase[scenario["phase"]] += 1
            self.by_operation[f"{case['value']['method']} {case['value']['path']}"] += 1
            self.by_status[status] += 1
            for check in recorder["checks"][identity]:
                if check["status"] != "success" and not of_another_collection(check, recorder, sent):
                    told = check.get("failure_info", {}).get("failure", {})
                    self.find(
                        target, check["name"], told.get("message"), scenario["phase"], status, sent.get("request")
                    )
        failed = any(check["status"] != "success" for each in recorder.get("checks", {}).values() for check in each)
        if scenario["status"] in ("failure", "error") and not failed:
            self.find(target, "scenario", recorder["label"], scenario["phase"])

    def find(self, target: Target, check: str, message: Any, phase: str = "", status: int | None = None, sent: Any = None) -> None:  # fmt: skip
        """Note something that shouldn't be."""
        finding = {"server": target.name, "check": check, "phase": phase, "status": status, "message": message}
        self.findings.append({**finding, "request": sent and request(sent)})


def main() -> None:
    """Serve, send, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000, help="requests to send at least")
    parser.add_argument("--minutes", type=float, default=240, help="after which no further round is begun")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="file for the report; by default it is printed")
    options = parser.parse_args()
    began, tally = time.monotonic(), Tally()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rounds = send(tally, stack, options, folder)
    # the servers have ended by now
    report = {
        "command": " ".join(sys.argv),
        "seeds": [options.seed, options.seed + rounds - 1],
        "seconds": round(time.monotonic() - began),
        "cases": tally.cases,
        "further_requests_by_checks": tally.by_checks,
        "by_phase": dict(tally.by_phase),
        "by_operation": dict(sorted(tally.by_operation.items())),
        "by_status": {str(status): count for status, count in sorted(tally.by_status.items(), key=str)},
        "findings": tally.findings,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    if options.output:
        options.output.write_text(text + "\n")
    else:
        sys.stdout.write(text + "\n")
    sys.exit(bool(tally.findings))


def send(tally: Tally, stack: ExitStack, options: argparse.Namespace, folder: Path) -> int:
    """Send rounds of requests to each server in turn, then look at what they leave; returns the rounds' number."""
    targets: dict[str, Target] = {}
    examples = min(40, max(2, options.cases // 40))
    whole = options.cases >= 5000  # the borders of every field alone are a thousand requests, the same in each round
    rounds, ends = 0, time.monotonic() + 60 * options.minutes
    with tqdm(total=options.cases, unit=" cases") as progress:
        while tally.cases < options.cases and time.monotonic() < ends:
            name = ("guarded", "open")[rounds % 2]
            coverage = ["coverage"] if whole and name not in targets else []
            if name not in targets:
                targets[name] = stack.enter_context(served(folder, name))
            target = targets[name]
            phases = ["examples", *coverage, "fuzzing", "stateful"]
            before = tally.cases
            for scenario in scenarios(target, phases, options.seed + rounds, examples, folder):
                tally.add(target, scenario)
            progress.update(tally.cases - before)
            rounds += 1
    for target in targets.values():
        if "Traceback" in (log := target.log.read_text(errors="replace")):
            tally.find(target, "log", log[log.index("Traceback") :][:4000])
        verified = subprocess.run([*QUOTH, "--data", str(target.data), "verify"], capture_output=True, text=True)
        if verified.returncode:
            tally.find(target, "verify", verified.stdout + verified.stderr)
    return rounds


def scenarios(target: Target, phases: list[str], seed: int, examples: int, folder: Path) -> Iterator[dict[str, Any]]:
    """One run of schemathesis, of which each scenario is told when all are done."""
    with httpx.Client(base_url=target.url, headers=target.headers, timeout=60) as client:
        contract = client.get("/openapi.json").json()
        for name, (media_type, text) in DOCUMENTS.items():  # an earlier round may have removed them
            client.post("/v1/documents", files={"file": (name, text.encode(), media_type)}).raise_for_status()
    if target.key:  # the contract says that there may be no keys; here there is one
        for methods in contract["paths"].values():
            for operation in methods.values():
                operation["security"] = [way for way in operation.get("security", []) if way]
    schema, told = folder / "openapi.json", folder / "report.ndjson"
    schema.write_text(json.dumps(contract))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", str(schema)),
        *("--url", target.url, "--checks", "all", "--phases", ",".join(phases), "--seed", str(seed)),
        *("--max-examples", str(examples), "--continue-on-failure", "--request-timeout", "120", "--no-color"),
        *("--suppress-health-check", "all", "--generation-database", "none"),
        *("--report", "ndjson", "--report-ndjson-path", str(told)),
        *(part for name, value in target.headers.items() for part in ("--header", f"{name}: {value}")),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # where it keeps a cache
    if done.returncode not in (0, 1):
        raise RuntimeError(f"schemathesis ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    for line in told.read_text().splitlines():
        event = json.loads(line) if line.strip() else {}
        if "ScenarioFinished" in event:
            yield event["ScenarioFinished"]
        elif "NonFatalError" in event or "FatalError" in event:
            yield {"phase": "", "status": "error", "recorder": {"label": line[:4000]}}  # such as no response in time


def of_another_collection(check: dict[str, Any], recorder: dict[str, Any], sent: dict[str, Any]) -> bool:
    """Whether a document is only said to be there after its removal: schemathesis knows it by its path alone, Quoth by
    the collection, too, which the query names.
    """
    if check["name"] != "use_after_free":
        return False
    requests = (each["request"] for each in recorder["interactions"].values() if each and each.get("request"))
    removed = {place(each["uri"]) for each in requests if each["method"] == "DELETE"}
    return place(sent["request"]["uri"]) not in removed


def place(uri: str) -> tuple[str, str]:
    """The path and the collection that a request is about."""
    parts = urlsplit(uri)
    return parts.path, parse_qs(parts.query, keep_blank_values=True).get("collection", ["default"])[-1]


def request(sent: dict[str, Any]) -> dict[str, Any]:
    """A request as it can be sent again; what isn't text stays in base64."""
    body = (sent.get("body") or {}).get("$base64")
    try:
        shown = body and base64.b64decode(body).decode()
    except UnicodeDecodeError:
        shown = {"base64": body}
    return {"method": sent["method"], "uri": sent["uri"], "headers": sent["headers"], "body": shown}


@contextmanager
def served(folder: Path, name: str) -> Iterator[Target]:
    """A server process over a data folder of its own, with a key if it is to be guarded."""
    data, log = folder / name, folder / f"{name}.log"
    key = None
    if name == "guarded":
        command = [*QUOTH, "--data", str(data), "keys", "add", "fuzz", "--scope", "admin"]
        key = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "QUOTH_MAX_BATCH": "5", "QUOTH_ORIGINS": SITE}
    command = [*QUOTH, "--data", str(data), "serve", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=output)
    try:
        while "startup complete" not in log.read_text(errors="replace"):
            if process.poll() is not None:
                raise RuntimeError(f"The server ended with {process.returncode}:\n{log.read_text()}")
            time.sleep(0.1)
        address = re.search(r"serving on (http://\S+)", log.read_text())
        assert address
        yield Target(name, address[1], data, log, key)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


if __name__ == "__main__":
    main()
