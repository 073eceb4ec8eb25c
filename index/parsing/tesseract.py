"""Tesseract: words in a picture, recognised by the program of that name where it is installed.

It runs outside of the process that parses, which may run no other, and never sees a document's bytes: only a page's
pixels, which that process has drawn, in a form that has nothing to decode. It may read its own files and nothing else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index.formats.base import Pixels

LEAST_MEMORY_MB = 1024  # which a page of A3 and two languages fit in
_MAX_OUTPUT = 16 * 2**20  # bytes: a full page of words has less than one hundredth
_DPI = "300"
# Where programs, their libraries and Tesseract's languages are on Linux
_READABLE = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/opt", "/nix", "/etc/ld.so.cache", "/dev/null",
             "/dev/urandom", "/proc/meminfo", "/sys/devices/system/cpu")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nothing was recognised: `timeout`, or how the program ended."""

    what: str


def program() -> str | None:
    """Where Tesseract is; None where it isn't installed."""
    return shutil.which("tesseract")


def languages(tesseract: str) -> list[str]:
    """The languages that it has the data of."""
    with suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run(  # noqa: S603  # the program that was found
            [tesseract, "--list-langs"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return sorted(line.strip() for line in listed.stdout.splitlines()[1:] if line.strip())
    return []


def recognise(
    tesseract: str, pixels: Pixels, wanted: str, *, turns: bool, seconds: float, memory_mb: int
) -> str | Failure:
    """What it reads in a picture, as `tesseract … tsv` prints it; it turns pages upright where it can (`turns`)."""
    if seconds <= 0:
        return Failure("timeout")
    command = [tesseract, "stdin", "stdout", "-l", wanted, "--dpi", _DPI, "--psm", "1" if turns else "3", "tsv"]
    with _memory_file() as file:
        file.write(b"P5 %d %d 255\n" % (pixels.width, pixels.height))
        file.write(pixels.grey)
        file.seek(0)
        return _output(_confined(command, seconds, max(memory_mb, LEAST_MEMORY_MB)), file, seconds)


def _confined(command: list[str], seconds: float, memory_mb: int) -> list[str]:
    prefix = Path(command[0]).resolve().parent.parent
    own = [*_READABLE, str(prefix) if prefix != Path("/") else "", os.environ.get("TESSDATA_PREFIX", "")]
    limits = [str(os.getpid()), str(int(seconds) + 1), str(memory_mb)]
    return [sys.executable, "-P", "-m", "index.parsing.run_confined", *limits, os.pathsep.join(own), *command]


def _output(command: list[str], picture: IO[bytes], seconds: float) -> str | Failure:
    nothing, until = subprocess.DEVNULL, time.monotonic() + seconds
    with subprocess.Popen(  # noqa: S603  # this interpreter, numbers, and the program that was found
        command, stdin=picture, stdout=subprocess.PIPE, stderr=nothing, env=_environment()
    ) as process:
        end = threading.Timer(seconds, process.kill)
        end.start()
        try:
            output = process.stdout.read(_MAX_OUTPUT + 1) if process.stdout else b""
            if len(output) > _MAX_OUTPUT:
                return Failure("more words than a page has")
            status = process.wait()
        finally:
            end.cancel()
            process.kill()
    if status == 0:
        return output.decode(errors="replace")
    return Failure("timeout" if time.monotonic() >= until else f"exit status {status}")


def _environment() -> dict[str, str]:
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "TESSDATA_PREFIX")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    path = os.pathsep.join(path or os.curdir for path in sys.path)
    return {**environment, "PYTHONPATH": path, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}


def _memory_file() -> IO[bytes]:
    """A file for a page, which is on no disk where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("page"), "w+b")
    return tempfile.TemporaryFile()
