"""Reads a day of which some file cannot be read as it should be: finds these files, and takes of them what there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import AtomicType, StructField

from columns import Columns
from lake_files import LakeFiles, LakeObject, input_path
from raw_rows import BROKEN, is_parquet, read_lines, read_raw

T = TypeVar("T")

SPARK_ERRORS = (Py4JJavaError, PySparkException)


@dataclass(frozen=True)
class CarefulRows:
    """What could be read of a day."""

    rows: DataFrame
    damaged: tuple[str, ...]
    """Keys of objects that break off or are not what their names say: of these there are only the rows before that."""


def read_carefully(
    spark: SparkSession, files: LakeFiles, objects: Sequence[LakeObject], columns: Columns
) -> CarefulRows:
    """The same as `read_raw`, in which no file makes the day fail. Reads files more than once: slow."""

    def is_readable(some: Sequence[LakeObject]) -> bool:
        return _is_readable(read_raw(spark, files, some, columns))

    odd = odd_ones(objects, is_readable)
    rows = read_raw(spark, files, [found for found in objects if found not in odd], columns)
    damaged = []
    for found in odd:
        path = input_path(files, found)
        table = _open_table(spark, path) if is_parquet(found) else None
        if table is None:
            damaged.append(found.key)
        if table is not None:
            rows = rows.unionByName(adapted(table, columns))
        elif not is_parquet(found):
            rows = rows.unionByName(read_lines(spark, [path], columns, skips_damage=True))
    return CarefulRows(rows, tuple(damaged))


def odd_ones(items: Sequence[T], is_good: Callable[[Sequence[T]], bool]) -> list[T]:
    """Those that are not good, found by halving: a few of many cost a few looks."""
    if not items or is_good(items):
        return []
    if len(items) == 1:
        return list(items)
    middle = len(items) // 2
    return odd_ones(items[:middle], is_good) + odd_ones(items[middle:], is_good)


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


def _open_table(spark: SparkSession, path: str) -> DataFrame | None:
    try:
        table = spark.read.parquet(path)
    except SPARK_ERRORS:
        return None
    return table if _is_readable(table) else None


def _is_readable(rows: DataFrame) -> bool:
    try:
        rows.write.format("noop").mode("overwrite").save()
    except SPARK_ERRORS:
        return False
    return True
