"""Makes the posts of one day: read, written aside, put in place at once, remembered."""

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from careful_rows import SPARK_ERRORS, CarefulRows, read_carefully
from columns import Columns
from damaged_bytes import is_damaged
from day_state import DayState, write_state
from dedupe_posts import CountedPosts, Counts
from lake_days import Day
from lake_files import LakeFiles, LakeObject, escape_pattern
from lost_posts import LostPostsError, lost_posts
from raw_rows import read_raw
from rubbish import rubbish_of, write_rubbish
from touched_days import PlannedDay, Verdict


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

    def run(self, planned: PlannedDay) -> DayResult:
        """Makes the posts of a day of all its objects. Cut short anywhere, the same again makes it right.

        Raises:
            LostPostsError: posts of the day are in none of its objects any more; nothing was changed
            UnreadableObjectError: an object cannot be read that is not damaged; nothing was changed
        """
        day = planned.day
        staged = f"{day.staging_prefix}posts/"
        read, counts = self._stage(planned, staged)
        self._mind_what_there_was(planned, read)
        if read.damaged or counts.corrupt_lines > 0:
            self._keep_rubbish(day, read)
        made = self._publish(staged, day.posts_key, ".parquet")
        write_state(self.files, day, DayState(frozenset(planned.objects), made.size, frozenset(read.damaged)))
        self.files.remove(day.staging_prefix)
        return DayResult(counts, read.damaged)

    def _stage(self, planned: PlannedDay, staged: str) -> tuple[CarefulRows, Counts]:
        try:
            rows = read_raw(self.spark, self.files, planned.objects, self.columns)
            return CarefulRows(rows, planned.objects, ()), self._write(rows, staged)
        except SPARK_ERRORS:
            careful = read_carefully(self.spark, self.files, planned.day, planned.objects, self.columns)
            return careful, self._write(careful.rows, staged)

    def _mind_what_there_was(self, planned: PlannedDay, read: CarefulRows) -> None:
        if planned.state is not None:
            broken = planned.state.whole_keys & set(read.damaged)
            if broken:
                raise LostPostsError(f"{len(broken)} raw objects that it was made of break off by now")
        posts = planned.day.posts_key
        # Where nobody can read them, there is nothing to lose.
        if planned.verdict is Verdict.COMPARE and not is_damaged(self.files, posts):
            lost = lost_posts(self.spark.read.parquet(escape_pattern(self.files.spark_path(posts))), read.rows)
            if lost > 0:
                raise LostPostsError(f"{lost} of its posts are in no raw object, and its state cannot be read")

    def _write(self, rows: DataFrame, staged: str) -> Counts:
        counted = CountedPosts(rows, self.columns)
        counted.posts.write.mode("overwrite").parquet(self.files.spark_path(staged))
        return counted.counts()

    def _keep_rubbish(self, day: Day, read: CarefulRows) -> None:
        staged = f"{day.staging_prefix}rubbish/"
        rubbish = rubbish_of(self.spark, self.files, read.readable, read.damaged)
        write_rubbish(rubbish, self.files.spark_path(staged))
        self._publish(staged, day.rubbish_key, ".json.gz")

    def _publish(self, staged: str, key: str, ending: str) -> LakeObject:
        """Puts the one file that Spark has written into its place."""
        [made] = [found for found in self.files.list(staged) if _is_part(found.key, ending)]
        self.files.publish(made.key, key)
        return made


def _is_part(key: str, ending: str) -> bool:
    return key.rsplit("/", 1)[-1].startswith("part-") and key.endswith(ending)
