"""Quoth beside Haystack and txtai: the same weights, documents, questions and threads, taking turns at each question.

    python tests/benchmarks/peers.py > peers.json
    python tests/benchmarks/peers.py --sets seeds --systems quoth haystack --every 4

Haystack and txtai are installed with pip into an environment of their own, which later runs use again (1.6 GB, with
torch's CPU build; pip's own settings say where from). Each system is a process of its own, and has the shipped embedder
and reader in float32, in the way that its documentation shows: see `peer_haystack.py`, `peer_txtai.py`. Quoth is as it
comes, and in eight bits, which it takes by itself where that is quick. "haystack-untouched" is Haystack without the
token types that this reader needs and Haystack hands to no model. Haystack reads seven passages as Quoth does; txtai
joins those it finds into one text of at most 512 tokens: three is its default, with one it answers more.

For each set of questions and system, in percent:

- `first`: EM and F1 (SQuAD's) of the first answer to the questions that have one, whatever its confidence;
- `answered`: EM and F1 over all questions as answered, with the system's own way of saying that there is no answer;
- `left`, `wrongly_left`: questions without an answer, and with one, that are left unanswered; `right_of_given`: of the
  answers given those with an F1 of at least 0.5;
- `best_f1`: that of `answered` at the threshold that suits these very questions best, where answers have a score;
- `place`: first answers that are the text of a Markdown or text file at the place that the system names, None if it
  names none; `verbatim`: those that stand anywhere in such a file. Both only where all files are of these types.

`index_seconds` is the median of several times anew, models loaded; `ms` a question's time, `cpu_ms` the processor's,
which a machine that others use changes less.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from common import ROOT, milliseconds, report
from quality import gold_questions

from qa.evaluation.scoring import exact_match, f1

HERE = Path(__file__).parent
REQUIREMENTS = (
    "torch==2.13.0",
    "haystack-ai==3.4.1",
    "sentence-transformers-haystack==2.0.0",
    "transformers-haystack==2.0.0",
    "lxml_html_clean==0.4.6",
    "markdown-it-py==4.3.0",
    "mdit_plain==1.0.1",
    "pypdf==7.1.0",
    "trafilatura==2.3.1",
    "txtai==9.14.0",
    "beautifulsoup4==4.15.0",
    "liteparse==2.18.0",
)
# name → its file, the passages it reads, its variant
SYSTEMS = {
    "quoth": ("peer_quoth.py", 7, "float32"),
    "quoth-int8": ("peer_quoth.py", 7, "int8"),
    "haystack": ("peer_haystack.py", 7, ""),
    "haystack-untouched": ("peer_haystack.py", 7, "untouched"),
    "txtai": ("peer_txtai.py", 3, ""),
    "txtai-one": ("peer_txtai.py", 1, ""),
}
USUAL = [name for name in SYSTEMS if name != "haystack-untouched"]
WARM_UP = "Is everything ready?"


@dataclass
class Questions:
    """Files, and questions with every answer that counts as right (none: it has no answer)."""

    files: list[str]
    asked: list[tuple[str, list[str]]]


@dataclass
class Row:
    """What one system said to one question."""

    golds: list[str]
    reply: dict[str, Any]

    @property
    def answer(self) -> str:
        """What a user is told."""
        return str(self.reply["answer"])

    @property
    def first(self) -> str:
        """What a user would be told without a threshold."""
        return str(self.reply["first"])


def invented() -> Questions:
    """Markdown, which nothing was fitted to, and questions worded unlike it."""
    folder = Path("tests") / "data" / "invented"
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return Questions(files_in(folder / "documents"), [(row["question"], row.get("answers", [])) for row in rows])


def seeds() -> Questions:
    """HTML, Markdown, PDF and text, and questions made to mislead."""
    return Questions(files_in(Path("seeds")), [(gold.question, gold.answers) for gold in gold_questions()])


SETS = {"invented": invented, "seeds": seeds}


def files_in(folder: Path) -> list[str]:
    """Each file of a folder."""
    return sorted(str(path) for path in folder.iterdir() if path.is_file())


class Process:
    """A system in its process. Raises SystemExit with the end of what it printed, if it ends."""

    def __init__(self, name: str, python: Path, weights: Path, threads: int, log: Path) -> None:
        script, passages, variant = SYSTEMS[name]
        command = [python, HERE / script, weights / "embedder", weights / "reader", str(passages), variant]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT) if name.startswith("quoth") else "",
            "HF_HUB_OFFLINE": "1",
            "HAYSTACK_TELEMETRY_ENABLED": "False",
            "OMP_NUM_THREADS": str(threads),
            "TOKENIZERS_PARALLELISM": "false",
        }
        self._name, self._log = name, log
        with log.open("w") as stderr:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
            )

        self._line()  # it is ready: what it imports would take time from the others

    def tell(self, **command: object) -> dict[str, Any]:
        """Send one command and wait for what comes of it."""
        assert self._process.stdin
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._name} ended:\n{self._log.read_text(errors='replace')[-3000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process, for it has no more to read."""
        if self._process.stdin:
            self._process.stdin.close()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def peers_python(folder: Path) -> Path:
    """The Python of the environment in `folder`, made unless this file made it there with these requirements before.

    Raises SystemExit for a folder that holds anything else, be it another environment.
    """
    marker, wanted = folder / "quoth-peers.txt", "\n".join((sys.version, *REQUIREMENTS))
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if marker.is_file() and marker.read_text(encoding="utf-8") == wanted:
        return python
    if folder.exists() and any(folder.iterdir()) and not marker.is_file():
        raise SystemExit(f"{folder} holds things that aren't of this benchmark: name another with --environment.")
    say(f"Installing Haystack and txtai into {folder}, which takes minutes.")
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    marker.touch()
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-c", ROOT / "requirements.lock"]
    subprocess.run([*pip, *REQUIREMENTS], check=True, stdout=sys.stderr)
    marker.write_text(wanted, encoding="utf-8")
    return python


@contextmanager
def float32_weights() -> Iterator[Path]:
    """A temporary folder with the shipped embedder and reader in float32, for the files have float16."""
    from safetensors.torch import load_file, save_file

    with tempfile.TemporaryDirectory(prefix="quoth-peers-") as name:
        for source in (ROOT / "index" / "weights" / "embedder", ROOT / "qa" / "weights" / "reader"):
            target = Path(name) / source.name
            copytree(source, target)
            tensors = load_file(source / "model.safetensors")
            whole = {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()}
            save_file(whole, target / "model.safetensors", metadata={"format": "pt"})
            config = json.loads((source / "config.json").read_text(encoding="utf-8"))
            (target / "config.json").write_text(json.dumps({**config, "dtype": "float32"}), encoding="utf-8")
        yield Path(name)


def measured(name: str, questions: Questions, processes: dict[str, Process], rounds: int) -> dict[str, Any]:
    """The figures of each system on one set of questions."""
    indexing: dict[str, list[dict[str, float]]] = {system: [] for system in processes}
    for number in range(rounds):
        for system, process in processes.items():
            say(f"{name}: {system} indexes {len(questions.files)} files, {number + 1} of {rounds}")
            indexing[system].append(process.tell(index=questions.files))
    for process in processes.values():
        process.tell(ask=WARM_UP)
    rows: dict[str, list[Row]] = {system: [] for system in processes}
    order = list(processes)
    for number, (question, golds) in enumerate(questions.asked):
        if number % 20 == 0:
            say(f"{name}: {number} of {len(questions.asked)} questions asked of {len(processes)} systems")
        for system in order:
            rows[system].append(Row(golds, processes[system].tell(ask=question)))
        order = [*order[1:], order[0]]
    texts = texts_of(questions.files)
    return {
        system: {
            "index_seconds": median(indexing[system], "seconds"),
            "index_cpu_seconds": median(indexing[system], "cpu_seconds"),
            **figures(rows[system], texts),
        }
        for system in processes
    }


def median(taken: list[dict[str, float]], name: str) -> float:
    """Of one figure of several times."""
    return round(statistics.median(each[name] for each in taken), 2)


def texts_of(files: list[str]) -> dict[str, str]:
    """A file's name → its text, if all are Markdown or text; else nothing."""
    if any(Path(file).suffix not in {".md", ".txt"} for file in files):
        return {}
    return {Path(file).name: Path(file).read_bytes().decode() for file in files}


def figures(rows: list[Row], texts: dict[str, str]) -> dict[str, Any]:
    """What a system's rows come to."""
    answerable, impossible = [row for row in rows if row.golds], [row for row in rows if not row.golds]
    given = [row for row in rows if row.answer]
    firsts = [row for row in rows if row.first]
    times = milliseconds([row.reply["seconds"] for row in rows])
    worked = milliseconds([row.reply["cpu_seconds"] for row in rows])
    return {
        "questions": len(rows),
        "first": {
            "em": percent(exact_match(row.first, row.golds) for row in answerable),
            "f1": percent(f1(row.first, row.golds) for row in answerable),
        },
        "answered": {
            "em": percent(exact_match(row.answer, row.golds) for row in rows),
            "f1": percent(f1(row.answer, row.golds) for row in rows),
        },
        "best_f1": best_f1(rows),
        "left": percent(not row.answer for row in impossible),
        "wrongly_left": percent(not row.answer for row in answerable),
        "right_of_given": percent(f1(row.answer, row.golds) >= 0.5 for row in given),
        "errors": sum("error" in row.reply for row in rows),
        "place": percent(stands_there(row, texts) for row in firsts if row.reply["place"]) if texts else None,
        "verbatim": percent(any(row.first in text for text in texts.values()) for row in firsts) if texts else None,
        "ms": {"median": times["median_ms"], "p95": times["p95_ms"]},
        "cpu_ms": {"median": worked["median_ms"], "p95": worked["p95_ms"]},
    }


def stands_there(row: Row, texts: dict[str, str]) -> bool:
    """Whether the first answer is what its file has at the place it names."""
    file, start, end = row.reply["place"]
    return texts[Path(file).name][start:end] == row.first


def best_f1(rows: list[Row]) -> float | None:
    """F1 over all questions if first answers below some score are held back, at the best such score."""
    if all(row.reply["score"] is None for row in rows):
        return None
    scores = [-1.0 if row.reply["score"] is None else row.reply["score"] for row in rows]
    shown = [f1(row.first, row.golds) for row in rows]
    silent = [f1("", row.golds) for row in rows]
    best = max(
        sum(s if score >= least else n for score, s, n in zip(scores, shown, silent, strict=True))
        for least in [*scores, 2.0]
    )
    return round(100 * best / len(rows), 1)


def percent(values: Iterator[float] | Iterator[bool]) -> float | None:
    """The mean in percent, None of nothing."""
    numbers = [float(value) for value in values]
    return round(100 * sum(numbers) / len(numbers), 1) if numbers else None


def table(name: str, systems: dict[str, Any]) -> str:
    """What is most asked of one set, a line a system."""
    columns = ("first EM", "first F1", "F1 all", "best F1", "left", "ms", "p95", "cpu ms", "index s", "cpu s", "place")
    lines = [f"{name:<20}" + "".join(f"{column:>9}" for column in columns)]
    for system, it in systems.items():
        values = (it["first"]["em"], it["first"]["f1"], it["answered"]["f1"], it["best_f1"], it["left"])
        times = (it["ms"]["median"], it["ms"]["p95"], it["cpu_ms"]["median"], it["index_seconds"])
        rest = (it["index_cpu_seconds"], it["place"])
        cells = ("–" if value is None else f"{value:.1f}" for value in (*values, *times, *rest))
        lines.append(f"{system:<20}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join(lines)


def options() -> argparse.Namespace:
    """The command line."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser = argparse.ArgumentParser(description="Quoth beside Haystack and txtai.")
    parser.add_argument("--environment", type=Path, default=cache / "quoth-benchmarks" / "peers", help="%(default)s")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=USUAL)
    parser.add_argument("--every", type=int, default=1, help="ask one question of so many")
    parser.add_argument("--rounds", type=int, default=3, help="how often each system indexes")
    parser.add_argument("--threads", type=int, default=1, help="that each system multiplies in")
    return parser.parse_args()


def main() -> None:
    """Install, index, ask, report."""
    chosen = options()
    environment = chosen.environment.absolute()
    os.chdir(ROOT)
    own = all(system.startswith("quoth") for system in chosen.systems)
    python = Path(sys.executable) if own else peers_python(environment)
    found: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        weights = stack.enter_context(float32_weights())
        processes: dict[str, Process] = {}
        for system in chosen.systems:
            its = Path(sys.executable) if system.startswith("quoth") else python
            processes[system] = Process(system, its, weights, chosen.threads, weights / f"{system}.log")
            stack.callback(processes[system].close)
        for name in chosen.sets:
            questions = SETS[name]()
            questions.asked = questions.asked[:: chosen.every]
            found[name] = measured(name, questions, processes, chosen.rounds)
            say(table(name, found[name]))
    report({"requirements": REQUIREMENTS, "threads_each": chosen.threads, **found})


if __name__ == "__main__":
    main()
