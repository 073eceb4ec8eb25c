"""`quoth serve`: parsing, and the server from its start to its end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import SettingsError
from index.parsing import confinement
from qa.cli.documents import index_paths
from qa.cli.opening import collection_option, readers_option
from qa.service.process.listener import GuardedListener, address_of, listen

if TYPE_CHECKING:
    from qa.assembly import Engine
    from qa.cli.watching import WatchedFolders
    from qa.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@collection_option
@readers_option
@click.option("--watch", is_flag=True, help="Keep the index in step with PATHS, folders, as `quoth sync` does.")
@click.option("--host", help="Address to serve on [default: QUOTH_HOST or 127.0.0.1].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: QUOTH_PORT or 8000]; 0 takes a free one.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that read [default: QUOTH_WORKERS or 1].",
)
@click.option("--allow-anonymous", is_flag=True, default=None, help="Serve others than this machine without keys, too.")
@click.pass_obj
def serve(
    data: Path | None,
    paths: tuple[Path, ...],
    collection: str,
    readers: tuple[str, ...],
    watch: bool,
    host: str | None,
    port: int | None,
    workers: int | None,
    allow_anonymous: bool | None,
) -> None:
    """Serve questions over HTTP, after indexing what is new in PATHS. Ctrl-C ends it.

    With --watch, PATHS are folders: what is new, changed or gone in them is so in the index, too, at the start and
    within seconds from then on.
    """
    from qa.service.app import create_app
    from qa.service.auth.authenticator import require_keys
    from qa.service.observability import logs
    from qa.service.process.server import server_of
    from qa.settings import load_settings

    confinement.hide()
    settings = load_settings(data=data, host=host, port=port, workers=workers, allow_anonymous=allow_anonymous)
    with _engine(settings) as engine:
        if settings.oidc_issuer is None:  # else nobody gets in without signing in
            require_keys(engine.store, settings)
        watched = _watched(engine, paths, collection, readers) if watch else None
        listener = listen(settings.host, settings.port)
        logs.configure(settings)
        if watched:
            watched.sync()
        elif paths:
            index_paths(engine, paths, collection, readers)
        server = server_of(create_app(engine))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # which ends it as Ctrl-C does
        with listener:
            logs.say("Loading the models, then serving on %s", address_of(listener))
            engine.load()  # here, where an error is printed as one line
            logs.say(confinement.in_words())
            watching = watched.watched() if watched else nullcontext()
            with watching, suppress(KeyboardInterrupt):  # uvicorn has ended what was under way when it raises this
                server.run(sockets=[GuardedListener(listener)])
        if not server.started:
            sys.exit(1)
        logs.say("Stopped.")


def _watched(engine: "Engine", paths: tuple[Path, ...], collection: str, readers: tuple[str, ...]) -> "WatchedFolders":
    from qa.cli.watching import WatchedFolders

    if not paths:
        raise SettingsError("--watch watches folders: name them, as in quoth serve handbook/ --watch.")
    return WatchedFolders(engine, paths, collection, readers)


@contextmanager
def _engine(settings: "Settings") -> Iterator["Engine"]:
    """The engine that serves, with as many readers as are set."""
    from qa.assembly import Engine
    from qa.service.process.reader_pool import ReaderPool

    with ExitStack() as stack:
        several = settings.workers > 1
        pool = stack.enter_context(closing(ReaderPool(settings))) if several else None
        yield stack.enter_context(closing(Engine(settings, writing=True, reader=pool)))
