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
_SEAM = r"\}\s*\{"


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
    """The rows of files with JSON objects in lines, compressed or not. Reading fails where a file breaks off."""
    schema = f"{columns.ddl}, {BROKEN} string"
    if not paths:
        return spark.createDataFrame([], schema)
    row = parsed(schema, {"columnNameOfCorruptRecord": BROKEN})
    return read_documents(spark, paths).select(row.alias("row")).select("row.*")


def read_documents(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """What lies in the lines of files, in a column `value`: mostly a document, or all of them that a line holds."""
    lines = spark.read.option("lineSep", "\n").text(list(paths))
    return lines.where(F.col("value").rlike(r"\S")).withColumn("value", F.explode(_documents()))


def parsed(schema: str, options: dict[str, str]) -> Column:
    """The row in `value`; null where something stands behind the document, of which Spark would say nothing."""
    ends_well = F.rtrim("value").endswith("}") & ~F.col("value").rlike(_SEAM)
    return F.from_json(F.when(ends_well | _is_one(F.col("value")), F.col("value")), schema, options)


def _documents() -> Column:
    """The documents of a line; what is left behind them is one of its own."""
    value = F.col("value")
    # Looked at in this order: what costs is done for lines that need it.
    parted = F.when(_is_one(value), F.array(value)).otherwise(_parted(F.split(value, r"(?<=\})(?=\s*\{)")))
    return F.when(value.rlike(_SEAM), parted).otherwise(F.array(value))


def _parted(pieces: Column) -> Column:
    """A seam may lie in a text: pieces belong together until they are a document."""
    nothing = F.array().cast("array<string>")

    def take(taken: Column, piece: Column) -> Column:
        longer = F.concat(taken["rest"], piece)
        whole = F.struct(F.concat(taken["done"], F.array(longer)).alias("done"), F.lit("").alias("rest"))
        return F.when(_is_one(longer), whole).otherwise(F.struct(taken["done"].alias("done"), longer.alias("rest")))

    def end(taken: Column) -> Column:
        return F.concat(taken["done"], F.when(taken["rest"] == "", nothing).otherwise(F.array(taken["rest"])))

    return F.aggregate(pieces, F.struct(nothing.alias("done"), F.lit("").alias("rest")), take, end)


def _is_one(text: Column) -> Column:
    return F.coalesce(F.json_array_length(F.concat(F.lit("["), text, F.lit("]"))) == 1, F.lit(False))


def read_tables(spark: SparkSession, paths: Sequence[str], columns: Columns) -> DataFrame:
    """The rows of Parquet files. Reading fails where a file has a column of another type."""
    return spark.read.schema(columns.ddl).parquet(*paths).withColumn(BROKEN, F.lit(None).cast("string"))


def is_parquet(found: LakeObject) -> bool:
    """Firehose ends the names of its objects so when it converts them."""
    return found.key.endswith(".parquet")


def is_no_row() -> Column:
    """Whether a line cannot be told from others: no JSON, or without what names a post and its observation."""
    return F.col("id").isNull() | F.col("event_key").isNull()
