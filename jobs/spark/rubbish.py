"""Keeps aside what lies in `raw/` and is no row."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from lake_days import RAW
from lake_files import LakeFiles, LakeObject, input_path
from raw_rows import is_no_row, is_parquet, parsed, read_documents

_SCHEMA = "object string, reason string, line string"


def rubbish_of(
    spark: SparkSession, files: LakeFiles, objects: Sequence[LakeObject], damaged: Sequence[str]
) -> DataFrame:
    """A row for each line that is no row, whole, with the object that it lies in; and one for each damaged object.

    `objects` can be read to their end: in place of the damaged ones there is what was staged of them.
    """
    rows = spark.createDataFrame([(key, "breaks off", None) for key in damaged], _SCHEMA)
    lines = [input_path(files, found) for found in objects if found.size > 0 and not is_parquet(found)]
    if lines:
        rows = rows.unionByName(_rubbish_lines(spark, lines))
    for found in objects:
        if found.size > 0 and is_parquet(found):
            rows = rows.unionByName(_rubbish_rows(spark, files, found))
    return rows


def write_rubbish(rows: DataFrame, folder: str) -> None:
    """Writes one compressed file of JSON lines, in an order that depends on the rows alone."""
    ordered = rows.repartition(1).sortWithinPartitions("object", "reason", "line")
    ordered.write.mode("overwrite").option("compression", "gzip").json(folder)


def _rubbish_lines(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    documents = read_documents(spark, paths).withColumn("object", _object())
    names = documents.withColumn("row", parsed("id string, event_key string", {})).select("*", "row.*")
    return names.where(is_no_row()).select("object", F.lit("no row").alias("reason"), F.col("value").alias("line"))


def _rubbish_rows(spark: SparkSession, files: LakeFiles, found: LakeObject) -> DataFrame:
    table = spark.read.parquet(input_path(files, found))
    for name in ("id", "event_key"):
        if name not in table.columns:
            table = table.withColumn(name, F.lit(None).cast("string"))
    line = F.to_json(F.struct(*table.columns)).alias("line")
    return table.where(is_no_row()).select(F.lit(found.key).alias("object"), F.lit("no row").alias("reason"), line)


def _object() -> Column:
    """The key of the object that a line lies in. Spark gives its path as a URI, in which a plus is a plus."""
    path = F.regexp_extract(F.input_file_name(), f"/({RAW}year=.*)$", 1)
    return F.url_decode(F.regexp_replace(path, r"\+", "%2B"))
