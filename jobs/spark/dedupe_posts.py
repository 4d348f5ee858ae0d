"""Of every post its latest observation: the rule by which `posts/` is made of `raw/`."""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from columns import Columns
from raw_rows import BROKEN, is_no_row

_ROW = "_row"
_GREATEST = "_greatest"


@dataclass(frozen=True)
class Counts:
    """What became of the rows of a day.

    Counted while they are read: of a task that is done again, as after a worker was lost, rows count again.
    """

    rows: int
    """Read, rubbish included."""
    posts: int
    duplicates: int
    """Other observations of a post, and copies of the same one."""
    deletes: int
    """Posts whose latest observation says that they were deleted."""
    corrupt_lines: int
    """No JSON, or without id or key: kept aside."""
    wrong_types: int
    """Rows with a value that could not become the type of its column: it is null."""


class CountedPosts:
    """The posts of some rows, and what was counted once they have been written."""

    def __init__(self, rows: DataFrame, columns: Columns) -> None:
        """`rows` as `raw_rows` reads them."""
        self._read = Observation("read")
        self._latest = Observation("latest")
        observed = rows.observe(self._read, *_read_counts())
        latest = latest_rows(observed.where(~is_no_row()), columns)
        self.posts = in_order(latest.observe(self._latest, *_latest_counts()).where(~is_delete()))

    def counts(self) -> Counts:
        """To be asked for after `posts` were written, once."""
        read, latest = self._read.get, self._latest.get
        ids, deletes = latest["ids"], latest["deletes"]
        return Counts(
            rows=read["rows"],
            posts=ids - deletes,
            duplicates=read["rows"] - read["corrupt"] - ids,
            deletes=deletes,
            corrupt_lines=read["corrupt"],
            wrong_types=read["wrong"],
        )


def latest_rows(rows: DataFrame, columns: Columns) -> DataFrame:
    """One row for each id: that of the greatest `event_key`, as in the live tables; of equal keys which came first.

    Where even these are equal the other columns decide, so that the result depends on no order. The greatest of
    structures takes one pass over rows sorted by id; a window would sort them by key as well.
    """
    whole = F.struct(*columns.names)
    greatest = F.max(F.struct("event_key", _later_is_less("arrived_at"), whole.alias(_ROW)))
    return rows.groupBy("id").agg(greatest.alias(_GREATEST)).select(f"{_GREATEST}.{_ROW}.*")


def _later_is_less(name: str) -> Column:
    """A text that is the greater the earlier a time is; null, which is less than all texts, for none."""
    return F.translate(name, "0123456789", "9876543210").alias("_earliness")


def in_order(posts: DataFrame) -> DataFrame:
    """All posts in one partition, by time and id."""
    return posts.repartition(1).sortWithinPartitions("created_at", "id")


def is_delete() -> Column:
    """Whether a row says that its post was deleted."""
    return F.coalesce(F.col("kind") == "delete", F.lit(False))


def _read_counts() -> list[Column]:
    broken = F.col(BROKEN).isNotNull() & ~is_no_row()
    return [
        F.count(F.lit(1)).alias("rows"),
        F.count_if(is_no_row()).alias("corrupt"),
        F.count_if(broken).alias("wrong"),
    ]


def _latest_counts() -> list[Column]:
    return [F.count(F.lit(1)).alias("ids"), F.count_if(is_delete()).alias("deletes")]
