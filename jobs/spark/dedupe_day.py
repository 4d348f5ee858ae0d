"""Makes the posts of one day: read, written aside, put in place at once, remembered."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from careful_rows import SPARK_ERRORS, read_carefully
from columns import Columns
from day_state import DayState, write_state
from dedupe_posts import CountedPosts, Counts
from lake_days import Day
from lake_files import LakeFiles, LakeObject
from raw_rows import read_raw
from rubbish import rubbish_of, write_rubbish


@dataclass(frozen=True)
class DayResult:
    """What was made of a day."""

    counts: Counts
    damaged: tuple[str, ...]
    """Keys of objects that could not be read to their end."""


@dataclass(frozen=True)
class DedupeDay:
    """Makes days of one lake."""

    spark: SparkSession
    files: LakeFiles
    columns: Columns

    def run(self, day: Day, objects: Sequence[LakeObject]) -> DayResult:
        """Makes the posts of a day of all its objects. Cut short anywhere, the same again makes it right."""
        staged = f"{day.staging_prefix}posts/"
        result = self._stage(objects, staged)
        if result.damaged or result.counts.corrupt_lines > 0:
            self._keep_rubbish(day, objects, result.damaged)
        made = self._publish(staged, day.posts_key, ".parquet")
        write_state(self.files, day, DayState(frozenset(objects), made.size))
        self.files.remove(day.staging_prefix)
        return result

    def _stage(self, objects: Sequence[LakeObject], staged: str) -> DayResult:
        try:
            rows = read_raw(self.spark, self.files, objects, self.columns)
            return DayResult(self._write(rows, staged), ())
        except SPARK_ERRORS:
            careful = read_carefully(self.spark, self.files, objects, self.columns)
            return DayResult(self._write(careful.rows, staged), careful.damaged)

    def _write(self, rows: DataFrame, staged: str) -> Counts:
        counted = CountedPosts(rows, self.columns)
        counted.posts.write.mode("overwrite").parquet(self.files.spark_path(staged))
        return counted.counts()

    def _keep_rubbish(self, day: Day, objects: Sequence[LakeObject], damaged: Sequence[str]) -> None:
        staged = f"{day.staging_prefix}rubbish/"
        write_rubbish(rubbish_of(self.spark, self.files, objects, damaged), self.files.spark_path(staged))
        self._publish(staged, day.rubbish_key, ".json.gz")

    def _publish(self, staged: str, key: str, ending: str) -> LakeObject:
        """Puts the one file that Spark has written into its place."""
        [made] = [found for found in self.files.list(staged) if _is_part(found.key, ending)]
        self.files.publish(made.key, key)
        return made


def _is_part(key: str, ending: str) -> bool:
    return key.rsplit("/", 1)[-1].startswith("part-") and key.endswith(ending)
