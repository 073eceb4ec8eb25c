"""What the log tells, as lines to read or as JSON: nothing that was asked, sent or stored, no key, and no path.

The texts of Quoth's own messages and of uvicorn's are known to hold none of that. Any other library's could quote a
document, so that only where it was logged is told; and of an error, its type and where it was raised, for a message or
a stack trace could do the same.
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
    """Log to standard error, in the form and from the level that are set."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log_format == "json" else _Text())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    logging.captureWarnings(True)
    adopt()


def say(message: str, *values: object) -> None:
    """Log what the service does as a whole."""
    logging.getLogger("quoth").info(message, *values)


def adopt() -> None:
    """Have loggers that libraries gave handlers of their own log as all others do.

    In another program, which uses the app and logs in its own way, nothing is changed.
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
        return escape_controls(super().format(logging.makeLogRecord(dict(_told(record)))))


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = dict(_told(record))
        del told["logger"]
        line = f"{told.pop('time')} {told.pop('level').upper():<7} {told.pop('msg')}"
        fields = (f"{name}={_plain(value)}" for name, value in told.items() if value is not None)
        return escape_controls(" ".join([line, *fields]))


def _told(record: logging.LogRecord) -> Mapping[str, Any]:
    """The fields of a log line, `msg` being its message."""
    ours = record.name.partition(".")[0] in _OURS
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = " ".join(record.getMessage().split()) if ours else _UNSHOWN
    fields = {"time": time, "level": record.levelname.lower(), "logger": record.name, "msg": message}
    if not ours:
        fields["from"] = f"{record.module}:{record.lineno}"
    if at_hand := request_log.current():
        fields["request_id"] = at_hand.id
    return {**fields, **getattr(record, "told", {}), **(_of_error(record.exc_info[1]) if record.exc_info else {})}


def _of_error(error: BaseException | None) -> dict[str, Any]:
    """An error's type, the lines of Quoth's that led to it, and the library's line that raised it, if one did."""
    if error is None:
        return {}
    at = list(_frames(error))
    told: dict[str, Any] = {"error": _type(error), "at": [where for where, ours in at if ours]}
    if at and not at[-1][1]:
        told["raised_at"] = at[-1][0]
    if cause := error.__cause__ or error.__context__:
        told["after"] = _type(cause)
    return told


def _frames(error: BaseException) -> Iterator[tuple[str, bool]]:
    """(Module's file below its package, with the line; whether that is Quoth's), outermost first."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", "?"))
        yield f"{module.replace('.', '/')}.py:{line}", module.partition(".")[0] in _PACKAGES


def _type(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _plain(value: Any) -> str:  # noqa: ANN401  # whatever a field holds
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() and " " not in text else json.dumps(text, ensure_ascii=False)
