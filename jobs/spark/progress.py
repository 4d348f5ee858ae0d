"""What a person reads while something takes long."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]

_EVERY_S = 5.0
_KB = 1_000
_MB = 1_000_000


def say_to_terminal(line: str) -> None:
    """Progress goes to stderr: stdout belongs to the result."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def told(what: str, say: Say, every_s: float = _EVERY_S) -> Iterator[None]:
    """Says every few seconds for how long this has been going on; what is quicker says nothing."""
    ended = threading.Event()
    started = time.monotonic()

    def tell() -> None:
        while not ended.wait(every_s):
            say(f"{what} … {time.monotonic() - started:.0f} s")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def counted(number: int, noun: str) -> str:
    """A number and what it counts: `1 object`, `2 objects`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def size_of(size_bytes: int) -> str:
    """A size in the unit in which it is no zero: `999 bytes`, `2.3 kB`, `1.5 MB`."""
    if size_bytes < _KB:
        return counted(size_bytes, "byte")
    return f"{size_bytes / _KB:.1f} kB" if size_bytes < _MB else f"{size_bytes / _MB:.1f} MB"
