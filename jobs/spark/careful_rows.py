"""Reads a day of which some file cannot be read as it should be: finds these files, and takes of them what there is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import AtomicType, StructField

from columns import Columns
from damaged_bytes import is_damaged, whole_part
from lake_days import Day
from lake_files import LakeFiles, LakeObject, input_path
from raw_rows import BROKEN, is_parquet, read_raw

T = TypeVar("T")

SPARK_ERRORS = (Py4JJavaError, PySparkException)


class UnreadableObjectError(Exception):
    """An object cannot be read, though nothing is wrong with its bytes: another run may read it."""


@dataclass(frozen=True)
class CarefulRows:
    """What could be read of a day."""

    rows: DataFrame
    readable: tuple[LakeObject, ...]
    """The objects, those that break off replaced by what was staged of them."""
    damaged: tuple[str, ...]
    """Keys of objects that break off or are not what their names say: of these there are only the rows before that."""


def read_carefully(
    spark: SparkSession, files: LakeFiles, day: Day, objects: Sequence[LakeObject], columns: Columns
) -> CarefulRows:
    """The same as `read_raw`, in which no damaged file makes the day fail. Reads files more than once: slow.

    Raises:
        UnreadableObjectError: an object that is not damaged cannot be read
    """

    def fault_of(some: Sequence[LakeObject]) -> Exception | None:
        return _fault_of(lambda: read_raw(spark, files, some, columns))

    tables, damaged, staged = {}, [], []
    for found, fault in odd_ones(objects, fault_of):
        if is_damaged(files, found.key):
            damaged.append(found)
            staged += [] if is_parquet(found) else [_stage_whole_part(files, day, found)]
        else:
            tables[found] = _open_table(spark, files, found, fault)
    readable = [found for found in objects if found not in damaged] + staged
    rows = read_raw(spark, files, [found for found in readable if found not in tables], columns)
    for table in tables.values():
        rows = rows.unionByName(adapted(table, columns))
    return CarefulRows(rows, tuple(readable), tuple(found.key for found in damaged))


def odd_ones(items: Sequence[T], fault_of: Callable[[Sequence[T]], Exception | None]) -> Iterator[tuple[T, Exception]]:
    """Those that have a fault, each with it, found by halving: a few of many cost a few looks."""
    fault = fault_of(items) if items else None
    if fault is None:
        return
    if len(items) == 1:
        yield items[0], fault
        return
    middle = len(items) // 2
    yield from odd_ones(items[:middle], fault_of)
    yield from odd_ones(items[middle:], fault_of)


def adapted(table: DataFrame, columns: Columns) -> DataFrame:
    """The rows of a Parquet file with columns of other types: numbers, truths and texts become what they should be."""
    wanted = table.sparkSession.createDataFrame([], columns.ddl).schema
    values = {field.name: _as_wanted(table, field) for field in wanted}
    lost = [F.col(name).isNotNull() & value.isNull() for name, value in values.items() if name in table.columns]
    is_broken = F.array_contains(F.array(F.lit(False), *lost), True)
    broken = F.when(is_broken, F.to_json(F.struct(*table.columns))).alias(BROKEN)
    return table.select(*[value.alias(name) for name, value in values.items()], broken)


def _as_wanted(table: DataFrame, field: StructField) -> Column:
    null = F.lit(None).cast(field.dataType)
    if field.name not in table.columns:
        return null
    found = table.schema[field.name].dataType
    if found.simpleString() == field.dataType.simpleString():
        return F.col(field.name)
    # Spark would make structures of others by the order of their fields, and texts of times in a form of its own.
    is_plain = isinstance(found, AtomicType) and isinstance(field.dataType, AtomicType)
    is_time = found.typeName() in ("timestamp", "timestamp_ntz", "date", "binary")
    return F.col(field.name).cast(field.dataType) if is_plain and not is_time else null


def _stage_whole_part(files: LakeFiles, day: Day, found: LakeObject) -> LakeObject:
    """Its key ends with that of the object, so that what is kept aside of it can name that."""
    content = whole_part(files, found.key)
    key = f"{day.staging_prefix}whole/{found.key}"
    files.write(key, content)
    return LakeObject(key, len(content), found.modified)


def _open_table(spark: SparkSession, files: LakeFiles, found: LakeObject, fault: Exception) -> DataFrame:
    """A Parquet file that has other columns than the lake."""

    def open_table() -> DataFrame:
        return spark.read.parquet(input_path(files, found))

    kept = _fault_of(open_table) if is_parquet(found) else fault
    if kept is None:
        return open_table()
    reason = (str(kept).strip().splitlines() or [""])[0]
    raise UnreadableObjectError(f"{found.key} cannot be read, and it is not that it breaks off: {reason}") from kept


def _fault_of(open_rows: Callable[[], DataFrame]) -> Exception | None:
    try:
        open_rows().write.format("noop").mode("overwrite").save()
    except SPARK_ERRORS as error:
        return error
    return None
