"""The days of the lake: what lies where, as `storage/lake/lake-layout.ts` says it."""

import re
from dataclasses import dataclass

RAW = "raw/"
POSTS = "posts/"
STATE = "dedupe-state/"
STAGING = "staging/dedupe/"
ERRORS = "errors/"

_PARTITION = re.compile(r"year=(\d{4})/month=(\d\d)/day=(\d\d)(?:/|\.json$)")
_NAME = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, order=True)
class Day:
    """A UTC day, in texts of digits."""

    year: str
    month: str
    day: str

    @property
    def name(self) -> str:
        """As people write it: `2026-11-20`."""
        return f"{self.year}-{self.month}-{self.day}"

    @property
    def partition(self) -> str:
        """As folders have it: `year=2026/month=11/day=20`."""
        return f"year={self.year}/month={self.month}/day={self.day}"

    @property
    def raw_prefix(self) -> str:
        """Of the observations of the posts that were created on it."""
        return f"{RAW}{self.partition}/"

    @property
    def posts_key(self) -> str:
        """Of the one file with its posts."""
        return f"{POSTS}{self.partition}/posts.parquet"

    @property
    def state_key(self) -> str:
        """Of what is known of the run that made that file."""
        return f"{STATE}{self.partition}.json"

    @property
    def rubbish_key(self) -> str:
        """Of the lines that are no rows."""
        return f"{ERRORS}{self.partition}/error=dedupe/lines.json.gz"

    @property
    def staging_prefix(self) -> str:
        """Of what is written before it takes its place."""
        return f"{STAGING}{self.partition}/"


def day_of_key(key: str, prefix: str) -> Day | None:
    """The day of an object under a prefix; None if it belongs to none, or is hidden as Spark and Athena hide files."""
    if not key.startswith(prefix) or key.rsplit("/", 1)[-1][:1] in ("", "_", "."):
        return None
    found = _PARTITION.match(key, len(prefix))
    return Day(*found.groups()) if found else None


def parse_day(name: str) -> Day:
    """The day that a person named.

    Raises:
        ValueError: it is not written as in `2026-11-20`
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"The day is {name!r}; it must be written as in 2026-11-20.")
    return Day(*found.groups())
