"""Runs the dedupe job over a lake that lies in a folder of this machine.

Arguments: --lake FOLDER, --columns PATH, --day 2026-11-20,… as in `glue_entry.py`. What the run did is the one line of
stdout, as JSON.
"""

import sys

from arguments import parse_arguments
from dedupe_days import dedupe_days
from lake_files import LocalFiles
from run_summary import describe
from spark_session import laptop_session


def main(arguments: list[str]) -> int:
    """Runs the job; 1 if somebody has to look at what it did."""
    options = parse_arguments(arguments)
    summary = dedupe_days(laptop_session, LocalFiles(options.lake), options.columns, options.days)
    print(describe(summary))
    return 1 if summary.is_trouble else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
