"""The log, as text or JSON lines. It never holds questions, documents, other data that was sent, keys or paths.

Messages of Quoth and uvicorn are known to be free of those. A message of another library could quote a document, so
only the place where it was logged is shown. Of an error, only the type and the places it was raised at are shown,
because a message or a stack trace could quote a document, too.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from qa.service.observability import request_log
from qa.settings import Settings
from qa.text_format import escape_controls

_PACKAGES = ("index", "qa")
_OURS = ("quoth", *_PACKAGES, "uvicorn")
_UNSHOWN = "A library's message, which isn't shown: it could quote a document."


def configure(settings: Settings) -> None:
    """Log to standard error, in the format and from the level of the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log_format == "json" else _Text())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    adopt()


def say(message: str, *values: object) -> None:
    """Log a message about the service as a whole."""
    logging.getLogger("quoth").info(message, *values)


def adopt() -> None:
    """Remove the handlers that libraries added to their loggers, so that they log like all others.

    Nothing is changed in a program that uses the app but configures logging itself.
    """
    if not any(isinstance(handler.formatter, _Json | _Text) for handler in logging.root.handlers):
        return
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers.clear()
            logger.propagate = True


class _Json(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(["time", "level", "logger", "message"], json_ensure_ascii=False)

    def format(self, record: logging.LogRecord) -> str:
        return escape_controls(super().format(logging.makeLogRecord(dict(_fields(record)))))


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = dict(_fields(record))
        del fields["logger"]
        line = f"{fields.pop('time')} {fields.pop('level').upper():<7} {fields.pop('msg')}"
        pairs = (f"{name}={_plain(value)}" for name, value in fields.items() if value is not None)
        return escape_controls(" ".join([line, *pairs]))


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    """The fields of a log line; `msg` is its message."""
    ours = record.name.partition(".")[0] in _OURS
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = " ".join(record.getMessage().split()) if ours else _UNSHOWN
    fields = {"time": time, "level": record.levelname.lower(), "logger": record.name, "msg": message}
    if not ours:
        fields["from"] = f"{record.module}:{record.lineno}"
    if request := request_log.current():
        fields["request_id"] = request.id
    return {**fields, **getattr(record, "fields", {}), **(_of_error(record.exc_info[1]) if record.exc_info else {})}


def _of_error(error: BaseException | None) -> dict[str, Any]:
    """Log fields of an error: its type, Quoth's lines in its trace, and the library's line that raised it, if any."""
    if error is None:
        return {}
    at = list(_frames(error))
    fields: dict[str, Any] = {"error": _type(error), "at": [where for where, ours in at if ours]}
    if at and not at[-1][1]:
        fields["raised_at"] = at[-1][0]
    if cause := error.__cause__ or error.__context__:
        fields["after"] = _type(cause)
    return fields


def _frames(error: BaseException) -> Iterator[tuple[str, bool]]:
    """(file and line, whether it is Quoth's code) of each frame of the trace, outermost first."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", "?"))
        yield f"{module.replace('.', '/')}.py:{line}", module.partition(".")[0] in _PACKAGES


def _type(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _plain(value: Any) -> str:  # noqa: ANN401  # any value of a field
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() and " " not in text else json.dumps(text, ensure_ascii=False)
