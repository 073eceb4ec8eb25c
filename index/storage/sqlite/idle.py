"""Runs a task when nothing has been written for a moment."""

from collections.abc import Callable
from threading import Lock, Timer, current_thread
from time import monotonic

IDLE_SECONDS = 2.0


class WhenIdle:
    """Calls `do` in a thread of its own, IDLE_SECONDS after the last call of `wrote`.

    If `do` returns False, since something was in its way, it is called again after IDLE_SECONDS. There is no thread
    while there is nothing to do.
    """

    def __init__(self, do: Callable[[], bool]) -> None:
        self._do = do
        self._lock = Lock()
        self._timer: Timer | None = None
        self._last = 0.0
        self._stopped = False

    @property
    def waiting(self) -> bool:
        """Whether a call of `do` is due or under way."""
        return self._timer is not None

    def wrote(self) -> None:
        """Note that something was written just now."""
        with self._lock:
            self._last = monotonic()
            if self._timer is None:
                self._start(IDLE_SECONDS)

    def stop(self) -> None:
        """Call `do` no more; returns when a call under way has ended."""
        with self._lock:
            self._stopped = True
            timer = self._timer
        if timer and timer is not current_thread():
            timer.cancel()
            timer.join()

    def _start(self, seconds: float) -> None:
        if self._stopped:
            return
        self._timer = Timer(seconds, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self) -> None:
        with self._lock:
            last = self._last
            left = last + IDLE_SECONDS - monotonic()
            if left > 0:
                self._start(left)
                return
        done = self._do()
        with self._lock:
            if done and self._last == last:
                self._timer = None
            else:
                self._start(IDLE_SECONDS)
