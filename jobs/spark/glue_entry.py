"""Runs the dedupe job on AWS Glue (5.1: Spark 3.5, Python 3.11).

Arguments (Glue's own, such as --JOB_RUN_ID, are ignored):
  --lake s3://BUCKET     the bucket of the lake
  --columns PATH         columns.json; default: where --extra-files puts it, the folder that the job runs in
  --day 2026-11-20,…     days to make again whatever their state says; default: the days that were touched
  --summary KEY          where in the bucket the run says what it did; default: dedupe-state/last-run.json

Beside this file the job needs all other modules of this folder (--extra-py-files) and columns.json (--extra-files).
"""

import sys
from urllib.parse import urlparse

import boto3

from arguments import parse_arguments
from dedupe_days import dedupe_days
from run_summary import describe
from s3_files import S3Files
from spark_session import lake_session


def main(arguments: list[str]) -> int:
    """Runs the job; 1 if somebody has to look at what it did."""
    options = parse_arguments(arguments)
    files = S3Files(boto3.client("s3"), urlparse(options.lake).netloc)
    summary = dedupe_days(lake_session, files, options.columns, options.days)
    print(describe(summary))
    files.write(options.summary, describe(summary).encode())
    return 1 if summary.is_trouble else 0


if __name__ == "__main__":
    # Glue takes any exit for a failure, so a good run ends by itself.
    if main(sys.argv[1:]) != 0:
        raise SystemExit("A day failed or was left as it is, or an object breaks off: the lines above say which.")
