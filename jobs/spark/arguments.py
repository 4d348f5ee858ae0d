"""The command line of the job, wherever it runs."""

import argparse
from dataclasses import dataclass

from columns import Columns, read_columns
from lake_days import Day, parse_day


@dataclass(frozen=True)
class Options:
    """What the job was asked to do."""

    lake: str
    columns: Columns
    days: frozenset[Day]
    """To be made again; none: those that were touched."""
    summary: str
    """The key that takes what the run did."""


def parse_arguments(arguments: list[str]) -> Options:
    """Reads the command line; what it does not know is somebody else's. Ends the process where it is wrong."""
    parser = argparse.ArgumentParser(prog="dedupe_posts", allow_abbrev=False)
    parser.add_argument("--lake", required=True)
    parser.add_argument("--columns", default="columns.json")
    parser.add_argument("--day", action="append", default=[])
    parser.add_argument("--summary", default="dedupe-state/last-run.json")
    values, _ = parser.parse_known_args(arguments)
    try:
        return Options(values.lake, read_columns(values.columns), _days(values.day), values.summary)
    except (OSError, ValueError) as error:
        parser.error(str(error))


def _days(given: list[str]) -> frozenset[Day]:
    names = [name.strip() for text in given for name in text.split(",")]
    return frozenset(parse_day(name) for name in names if name)
