"""The files of the lake as the dedupe job sees them: keys, as in its bucket, whatever holds them."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class LakeObject:
    """An object as it is listed. What differs in one of these is another object."""

    key: str
    size: int
    modified: str
    """In ISO 8601, to the second: what S3 lists, and what a file system keeps of a copy."""


class LakeFiles(Protocol):
    """What the job needs of the lake."""

    def list(self, prefix: str) -> Iterator[LakeObject]:
        """The objects under a prefix, in the order of their keys; none if there are none."""

    def read(self, key: str) -> bytes | None:
        """What an object holds; None if there is no such object."""

    def open(self, key: str) -> BinaryIO:
        """An object from its beginning, for the large ones. An error says what is wrong with the way to it."""

    def write(self, key: str, content: bytes) -> None:
        """Makes or replaces an object at once: readers see the old or the new one."""

    def publish(self, staged_key: str, key: str) -> None:
        """Makes a staged object the one under a key, at once and whole."""

    def remove(self, prefix: str) -> None:
        """Removes all objects under a prefix."""

    def spark_path(self, key: str) -> str:
        """Where Spark writes what is under a prefix; `input_path` says where it reads an object."""


class LocalFiles:
    """The lake in a folder: below it a file has the key of its object as its path."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder).resolve()

    def list(self, prefix: str) -> Iterator[LakeObject]:
        paths = [path for path in self._path(prefix).rglob("*") if path.is_file()]
        keys = sorted(path.relative_to(self._folder).as_posix() for path in paths)
        for key in keys:
            facts = self._path(key).stat()
            yield LakeObject(key, facts.st_size, iso_second(facts.st_mtime))

    def read(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def write(self, key: str, content: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self._staging())
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).replace(path)

    def publish(self, staged_key: str, key: str) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path(staged_key).replace(path)

    def remove(self, prefix: str) -> None:
        shutil.rmtree(self._path(prefix), ignore_errors=True)

    def spark_path(self, key: str) -> str:
        return f"file://{self._path(key)}"

    def _path(self, key: str) -> Path:
        return self._folder / key

    def _staging(self) -> Path:
        # On the same disk, where a file can be moved at once, and where no reader looks.
        folder = self._path("staging/dedupe/")
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def iso_second(epoch_seconds: float) -> str:
    """A time as it is listed."""
    return datetime.fromtimestamp(int(epoch_seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def input_path(files: LakeFiles, found: LakeObject) -> str:
    """Where Spark reads an object, written so that it does not take `{}[]*?` for a pattern of many."""
    return escape_pattern(files.spark_path(found.key))


def escape_pattern(path: str) -> str:
    """A path that is to be read, as it is."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", path)
