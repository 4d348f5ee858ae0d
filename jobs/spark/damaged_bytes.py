"""Whether an object is damaged in its bytes, or only cannot be read just now; and what can be had of a damaged one."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from lake_files import LakeFiles

_CHUNK_BYTES = 1 << 20
_BITE_BYTES = 1 << 13
_BREAKS = (EOFError, gzip.BadGzipFile, zlib.error)
_MAGIC = b"PAR1"
"""https://parquet.apache.org/docs/file-format/"""


def is_damaged(files: LakeFiles, key: str) -> bool:
    """Whether the bytes of an object are not whole, read to their end; of Parquet, whether its frame is there.

    Of a kind that has no frame it is never said. What keeps the bytes from being read is an error, not damage.
    """
    if not key.endswith((".gz", ".parquet")):
        return False
    with files.open(key) as file:
        return _breaks_off(file) if key.endswith(".gz") else not _has_frame(file)


def whole_part(files: LakeFiles, key: str) -> bytes:
    """What a damaged gzip object holds before it breaks off, compressed anew."""
    whole = io.BytesIO()
    with files.open(key) as file, gzip.GzipFile(fileobj=whole, mode="wb", compresslevel=1, mtime=0) as made:
        for chunk in _unpacked(file):
            made.write(chunk)
    return whole.getvalue()


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    # Of the last bite nothing is given, so it is a small one.
    with gzip.GzipFile(fileobj=file) as packed:
        while True:
            try:
                chunk = packed.read1(_BITE_BYTES)
            except _BREAKS:
                return
            if not chunk:
                return
            yield chunk


def _breaks_off(file: BinaryIO) -> bool:
    with gzip.GzipFile(fileobj=file) as packed:
        try:
            while packed.read(_CHUNK_BYTES):
                pass
        except _BREAKS:
            return True
    return False


def _has_frame(file: BinaryIO) -> bool:
    """The magic number at both ends, and between them a footer as long as it says."""
    size = file.seek(0, io.SEEK_END)
    if size < 3 * len(_MAGIC):
        return False
    file.seek(0)
    starts_well = file.read(len(_MAGIC)) == _MAGIC
    file.seek(size - 8)
    footer_bytes, magic = int.from_bytes(file.read(4), "little"), file.read(len(_MAGIC))
    return starts_well and magic == _MAGIC and footer_bytes <= size - 12
