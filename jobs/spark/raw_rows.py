"""Reads what `raw/` holds of a day: JSON lines and Parquet, of whatever columns they were written with.

Columns that are unknown are left out, missing ones are null. A value becomes the type of its column where it can (a
number in a column of texts is its digits) and is null where it cannot. In `BROKEN` a row says what was wrong with it:
the line as it was if it is no JSON or has a value of a wrong type, null where all is well.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from columns import Columns
from lake_files import LakeFiles, LakeObject, input_path

BROKEN = "_broken"
FILE = "_file"


def read_raw(spark: SparkSession, files: LakeFiles, objects: Sequence[LakeObject], columns: Columns) -> DataFrame:
    """The rows of some objects, all columns in their order and `BROKEN`; empty objects are not looked at."""
    filled = [found for found in objects if found.size > 0]
    lines = [input_path(files, found) for found in filled if not is_parquet(found)]
    tables = [input_path(files, found) for found in filled if is_parquet(found)]
    if not tables:
        return read_lines(spark, lines, columns)
    rows = read_tables(spark, tables, columns)
    return rows.unionByName(read_lines(spark, lines, columns)) if lines else rows


def read_lines(spark: SparkSession, paths: Sequence[str], columns: Columns) -> DataFrame:
    """The rows of files with a JSON object in each line, compressed or not. Reading fails where one breaks off."""
    schema = f"{columns.ddl}, {BROKEN} string"
    if not paths:
        return spark.createDataFrame([], schema)
    options = {"columnNameOfCorruptRecord": BROKEN, "lineSep": "\n"}
    return spark.read.schema(schema).options(**options).json(list(paths))


def read_tables(spark: SparkSession, paths: Sequence[str], columns: Columns) -> DataFrame:
    """The rows of Parquet files. Reading fails where a file has a column of another type."""
    return spark.read.schema(columns.ddl).parquet(*paths).withColumn(BROKEN, F.lit(None).cast("string"))


def is_parquet(found: LakeObject) -> bool:
    """Firehose ends the names of its objects so when it converts them."""
    return found.key.endswith(".parquet")


def is_no_row() -> Column:
    """Whether a line cannot be told from others: no JSON, or without what names a post and its observation."""
    return F.col("id").isNull() | F.col("event_key").isNull()
