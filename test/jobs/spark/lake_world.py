"""A lake in a folder, that tests fill and run the job over."""

import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from columns import Columns, read_columns
from dedupe_days import dedupe_days
from lake_days import Day, parse_day
from lake_files import LakeFiles, LocalFiles, escape_pattern
from pyspark.sql import SparkSession
from run_summary import RunSummary

DAY = parse_day("2026-11-20")
NEXT_DAY = parse_day("2026-11-21")

Row = dict[str, Any]


def row(number: int, seen: int = 0, *, deleted: bool = False, day: Day = DAY, **more: object) -> Row:
    """An observation of a post; the later ones of it have a greater `seen`, in minutes of the day."""
    id_ = f"twitter:{number}"
    observed = f"{day.name}T{12 + seen // 60:02}:{seen % 60:02}:00.000Z"
    facts = (
        {
            "text": f"post {number}, seen {seen}",
            "hashtags": ["cats"],
            "score": 0.2 * seen,
        }
        if not deleted
        else {}
    )
    return {
        "v": 1,
        "id": id_,
        "event_key": f"{id_}#{observed}#{int(deleted)}{number * 100 + seen:016x}",
        "source": "twitter",
        "kind": "delete" if deleted else "post",
        "created_at": f"{day.name}T10:00:{number % 60:02}.000Z",
        "observed_at": observed,
        "arrived_at": observed,
        **facts,
        **more,
    }


class LakeWorld:
    """The lake and the job."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.spark = spark
        self.folder = folder
        self.files: LakeFiles = LocalFiles(str(folder))
        self.columns: Columns = read_columns(str(Path(__file__).parents[3] / "jobs/spark/columns.json"))
        self.said: list[str] = []
        self.sessions = 0
        self._clock = 1_700_000_000

    def put_lines(self, name: str, lines: Iterable[Row | str], day: Day = DAY) -> Path:
        """An object of `raw/` with a line for each row; a text is a line as it is."""
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        content = "".join(f"{text}\n" for text in texts).encode()
        return self.put_bytes(name, gzip.compress(content) if name.endswith(".gz") else content, day)

    def put_bytes(self, name: str, content: bytes, day: Day = DAY) -> Path:
        """An object of `raw/`, later than those before it."""
        path = self.folder / day.raw_prefix / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._clock += 10
        os.utime(path, (self._clock, self._clock))
        return path

    def put_table(self, name: str, rows: list[Row], schema: str | None = None, day: Day = DAY) -> Path:
        """An object of `raw/` as Firehose converts it: Parquet of all columns, or of those of a schema."""
        lines = self.spark.sparkContext.parallelize([json.dumps(line) for line in rows], 1)
        made = self.spark.read.schema(schema or self.columns.ddl).json(lines)
        scratch = self.folder.parent / f"scratch-{name}"
        made.coalesce(1).write.parquet(str(scratch))
        [part] = scratch.glob("part-*.parquet")
        return self.put_bytes(name, part.read_bytes(), day)

    def run(self, *days: str, files: LakeFiles | None = None) -> RunSummary:
        """Runs the job over what was touched, or over the days that are named; no day may fail."""
        named = frozenset(parse_day(name) for name in days)
        summary = dedupe_days(self._open_spark, files or self.files, self.columns, named, self.said.append)
        assert summary.failed == {}, summary.failed
        return summary

    def _open_spark(self) -> SparkSession:
        self.sessions += 1
        return self.spark

    def posts(self, day: Day = DAY) -> dict[str, Row]:
        """What a reader finds of a day, by id; fails where an id is there twice."""
        found = [line.asDict(recursive=True) for line in self.table(day).collect()]
        by_id = {line["id"]: line for line in found}
        assert len(by_id) == len(found)
        return by_id

    def table(self, day: Day = DAY) -> Any:  # noqa: ANN401 -- the class depends on the session
        """The posts of a day as Spark reads them."""
        return self.spark.read.parquet(escape_pattern(str(self.folder / day.posts_key)))

    def texts(self, day: Day = DAY) -> dict[str, str]:
        """The text of each post of a day."""
        return {id_: post["text"] for id_, post in self.posts(day).items()}

    def rubbish(self, day: Day = DAY) -> list[Row]:
        """What was kept aside of a day, in its order."""
        content = gzip.decompress((self.folder / day.rubbish_key).read_bytes()).decode()
        return [json.loads(line) for line in content.splitlines()]

    def content(self) -> dict[str, bytes]:
        """All files but those of `raw/`."""
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        keyed = {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}
        return {key: content for key, content in keyed.items() if not key.startswith("raw/")}
