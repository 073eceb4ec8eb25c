"""The command line: parsing and printing only. What is slow to import is imported by the command that needs it."""

import gc
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any

import click

from index.documents import DEFAULT_COLLECTION
from index.errors import QuothError
from qa import data_commands, mcp_command
from qa.access import command as access_command
from qa.evaluation import calibrate_command, commands, report_commands
from qa.feedback import command as feedback_command
from qa.readable import harmless, readable
from qa.service.listening import address_of, listen

if TYPE_CHECKING:
    from index.indexing import Outcome
    from qa.engine import Engine
    from qa.settings import Settings

_collection = click.option("--collection", default=DEFAULT_COLLECTION, show_default=True, help="Group of documents.")


class _Commands(click.Group):
    """Shows Quoth's own errors as one line; anything else is a defect and keeps its trace."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except QuothError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the index [default: QUOTH_DATA or ./.quoth].")
@click.version_option(package_name="quoth")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """Ask questions of your own documents; answers are copied from them and cited.

    \b
    quoth index seeds/                       read documents into ./.quoth
    quoth ask "How big is the reward now?"   answer from the command line
    quoth serve seeds/                       index what is new, then answer over HTTP
    quoth evaluate questions.jsonl           ask them all and measure the answers
    """  # noqa: D301  # click wants the character itself
    ctx.obj = data


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_collection
@click.pass_obj
def index(data: Path | None, paths: tuple[Path, ...], collection: str) -> None:
    """Index files and folders: .txt, .md, .html, .pdf. Unchanged ones are skipped, changed ones replaced."""
    with _engine(data, writing=True) as engine:
        if _index(engine, paths, collection):
            sys.exit(1)


@main.command()
@click.argument("question")
@_collection
@click.option("--document", "documents", multiple=True, help="Search only this document id; may be repeated.")
@click.option("--top-k", type=click.IntRange(1, 100), help="Passages to read [default: QUOTH_TOP_K or 7].")
@click.option("--max-answers", type=click.IntRange(1, 20), default=1, show_default=True, help="Different answers.")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Below it there is no answer [default: QUOTH_MIN_CONFIDENCE or as calibrated].",
)
@click.option("--json", "as_json", is_flag=True, help="Print what POST /v1/ask would answer.")
@click.pass_obj
def ask(
    data: Path | None,
    question: str,
    collection: str,
    documents: tuple[str, ...],
    top_k: int | None,
    max_answers: int,
    min_confidence: float | None,
    as_json: bool,
) -> None:
    """Answer a question, with the place in the documents where the answer stands."""
    from qa.engine import filter_of

    with _uncollected(), _engine(data, writing=False) as engine:
        where = filter_of(collection, documents or None)
        answer = engine.ask(question, where, top_k=top_k, max_answers=max_answers, min_confidence=min_confidence)
    click.echo(json.dumps(asdict(answer), indent=2, ensure_ascii=False) if as_json else readable(answer))


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_collection
@click.option("--host", help="Address to serve on [default: QUOTH_HOST or 127.0.0.1].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: QUOTH_PORT or 8000]; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that serve [default: QUOTH_WORKERS or 1].")
@click.option("--allow-anonymous", is_flag=True, default=None, help="Serve others than this machine without keys, too.")
@click.pass_obj
def serve(
    data: Path | None,
    paths: tuple[Path, ...],
    collection: str,
    host: str | None,
    port: int | None,
    workers: int | None,
    allow_anonymous: bool | None,
) -> None:
    """Serve questions over HTTP, after indexing what is new in PATHS. Ctrl-C ends it."""
    from qa.service import logs
    from qa.service.access import require_keys
    from qa.service.app import create_app
    from qa.service.serving import server_of

    settings = {"host": host, "port": port, "workers": workers, "allow_anonymous": allow_anonymous}
    with _engine(data, writing=True, **settings) as engine:
        require_keys(engine.store, engine.settings)
        listener = listen(engine.settings.host, engine.settings.port)
        logs.configure(engine.settings)
        if engine.settings.workers > 1:
            engine.close()  # what it opened is the workers'
            _serve_by_several(engine.settings, listener, paths, collection)
            return
        if paths:
            _index(engine, paths, collection)
        server = server_of(create_app(engine))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # which ends it as Ctrl-C does
        with listener:
            logs.say("Loading the models, then serving on %s", address_of(listener))
            engine.load()  # here, where an error is told in a line
            with suppress(KeyboardInterrupt):  # uvicorn has ended what was under way when it raises this
                server.run(sockets=[listener])
        if not server.started:
            sys.exit(1)
        logs.say("Stopped.")


def _serve_by_several(settings: "Settings", listener: socket, paths: tuple[Path, ...], collection: str) -> None:
    """Serve with workers. This process only looks after them, so it loads no models, and has others index PATHS."""
    from qa.service import logs
    from qa.service.workers import Workers, run_apart

    with listener:
        if paths:
            run_apart(partial(_index_only, settings, paths, collection))
        logs.say("Loading the models, then serving on %s", address_of(listener))
        finished = Workers(settings, listener, logs.say).run()
    logs.say("Stopped.")
    if not finished:
        sys.exit(1)


def _index_only(settings: "Settings", paths: tuple[Path, ...], collection: str) -> None:
    from qa.engine import Engine
    from qa.service import logs

    logs.configure(settings)
    with closing(Engine(settings, writing=True)) as engine:
        _index(engine, paths, collection)


@main.command()
@click.option("--collection", help="Only this group of documents.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def documents(data: Path | None, collection: str | None, as_json: bool) -> None:
    """List what is indexed."""
    with _store(data) as store, store.snapshot() as snapshot:
        for document in snapshot.summaries(collection):
            if as_json:
                click.echo(json.dumps(asdict(document), ensure_ascii=False))
            else:
                size = f"{document.chunks} chunks, {document.characters:,} characters"
                click.echo(harmless(f"{document.collection}  {document.id}  “{document.title}”  {size}"))


@main.command()
@click.argument("document_ids", nargs=-1, required=True)
@_collection
@click.pass_obj
def delete(data: Path | None, document_ids: tuple[str, ...], collection: str) -> None:
    """Remove documents and every trace of them."""
    with _store(data, read_only=False) as store:
        for document_id in document_ids:
            version = store.delete(document_id, collection)
            click.echo(f"deleted    {document_id}  (index version {version})")


@main.command()
@click.pass_obj
def rebuild(data: Path | None) -> None:
    """Chunk and embed every stored document anew, with the embedder and chunk sizes as they are set now."""
    from qa.engine import rebuild
    from qa.settings import load_settings

    with _progress() as progress:
        count = rebuild(load_settings(data=data), progress)
    click.echo(f"rebuilt {count} documents")


for _command in (
    *data_commands.COMMANDS,
    *commands.COMMANDS,
    report_commands.report,
    report_commands.compare,
    report_commands.export,
    calibrate_command.calibrate,
    *access_command.COMMANDS,
    *feedback_command.COMMANDS,
    mcp_command.mcp,
):
    main.add_command(_command)


@contextmanager
def _engine(data: Path | None, *, writing: bool, **overrides: Any) -> Iterator["Engine"]:  # noqa: ANN401
    from qa.engine import Engine
    from qa.settings import load_settings

    engine = Engine(load_settings(data=data, **overrides), writing=writing)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: importing torch and transformers sets it off again and again, a fifth of the time that one
    question takes, and nothing that comes of it is garbage.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _store(data: Path | None, *, read_only: bool = True) -> Iterator[Any]:
    from index.storage.sqlite.store import FILE_NAME, Store
    from qa.settings import load_settings

    store = Store(load_settings(data=data).data / FILE_NAME, read_only=read_only)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from tqdm import tqdm

    with tqdm(unit="chunk", desc="embedding", leave=False, disable=None) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report


def _index(engine: "Engine", paths: tuple[Path, ...], collection: str) -> int:
    """Index with a progress bar, print what became of each document, and return how many were refused."""
    from tqdm import tqdm

    counts: dict[str, int] = {}
    with _progress() as progress:
        for outcome in engine.indexer.add_paths(paths, collection, progress):
            counts[outcome.status] = counts.get(outcome.status, 0) + 1
            if outcome.status != "unchanged":
                tqdm.write(_line(outcome), file=sys.stderr if outcome.status == "refused" else sys.stdout)
    total = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing to index"
    click.echo(f"{total}  ({engine.settings.data})")
    return counts.get("refused", 0)


def _line(outcome: "Outcome") -> str:
    return harmless(f"{outcome.status:<10} {outcome.reason or f'{outcome.id}  {outcome.chunks} chunks'}")


if __name__ == "__main__":
    main()
