"""Measures the dedupe job against plain Spark on the same rows, in one session. Prints one JSON object.

Arguments: FOLDER ROWS. Every tenth row is another observation of a post.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2] / "jobs" / "spark"))

from columns import read_columns
from dedupe_day import DedupeDay
from lake_days import Day
from lake_files import LocalFiles
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from raw_rows import read_raw
from spark_session import laptop_session
from touched_days import PlannedDay, Verdict

_DAY = Day("2026", "11", "20")
_OBJECTS = 16
_ROUNDS = 3
_DAY_START_MS = 1_795_132_800_000


def main(folder: str, rows: int) -> None:
    """Makes the rows, and measures both in turn, so that what warms up does so for both."""
    spark = laptop_session()
    columns = read_columns(str(Path(__file__).parents[2] / "jobs/spark/columns.json"))
    files = LocalFiles(folder)
    write_day(spark, rows, files.spark_path(_DAY.raw_prefix))
    objects = [found for found in files.list(_DAY.raw_prefix) if found.key.endswith(".json.gz")]
    job = DedupeDay(spark, files, columns)
    out = files.spark_path("staging/bench/")

    def plain() -> int:
        read = read_raw(spark, files, objects, columns).select(columns.names)
        read.dropDuplicates(["id"]).write.mode("overwrite").parquet(out)
        return rows

    def plain_in_order() -> int:
        read = read_raw(spark, files, objects, columns).select(columns.names)
        one = read.dropDuplicates(["id"]).repartition(1).sortWithinPartitions("created_at", "id")
        one.write.mode("overwrite").parquet(out)
        return rows

    def dedupe() -> int:
        return job.run(PlannedDay(_DAY, tuple(objects), Verdict.MAKE)).counts.rows

    seconds: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        for run in (plain, plain_in_order, dedupe):
            seconds.setdefault(run.__name__, []).append(seconds_of(run, rows))
    figures = {name: rows / median(taken) for name, taken in seconds.items()}
    figures["posts_bytes"] = next(files.list(f"posts/{_DAY.partition}/")).size
    figures["raw_bytes"] = sum(found.size for found in objects)
    print(json.dumps(figures))
    shutil.rmtree(folder)


def seconds_of(run: Callable[[], int], rows: int) -> float:
    """How long a run takes that must have seen all rows."""
    started = time.perf_counter()
    assert run() == rows
    return time.perf_counter() - started


def write_day(spark: SparkSession, rows: int, path: str) -> None:
    """A day as Firehose writes it: lines of JSON, compressed."""
    numbers = spark.range(0, rows, 1, _OBJECTS).withColumnRenamed("id", "n")
    # Every tenth is an observation of a post that is there already, somewhere.
    post = F.when(F.col("n") % 10 == 0, F.pmod(F.hash("n"), F.lit(rows))).otherwise(F.col("n"))
    facts(numbers.withColumn("post", post)).write.option("compression", "gzip").json(path)


def facts(rows: DataFrame) -> DataFrame:
    """The columns of a tweet, as many and as long as a real one has."""
    id_ = F.concat(F.lit("twitter:"), F.col("post").cast("string"))
    observed = moment("n", "post")
    key = F.concat(id_, F.lit("#"), observed, F.lit("#0"), F.substring(F.sha2(F.hex("n"), 256), 1, 16))
    words = F.array(F.lit("cats"), F.substring(F.sha2(F.hex("post"), 256), 1, 5))
    made = {
        "v": F.lit(1),
        "id": id_,
        "event_key": key,
        "source": F.lit("twitter"),
        "kind": F.lit("post"),
        "created_at": moment("post"),
        "observed_at": observed,
        "arrived_at": observed,
        "text": F.concat_ws(" ", F.lit("cats and dogs say"), F.sha2(F.hex("post"), 512)),
        "lang": F.lit("en"),
        "author_id": F.substring(F.sha2(F.hex("post"), 256), 6, 12),
        "author_handle": F.concat(F.lit("user"), F.pmod(F.hash("post"), F.lit(50_000)).cast("string")),
        "author_followers": F.pmod(F.hash("post"), F.lit(100_000)),
        "metrics_likes": F.col("n") % 17,
        "metrics_replies": F.col("n") % 5,
        "engagement": F.col("n") % 17 + F.col("n") % 5,
        "score": F.round((F.col("n") % 17) * 0.3, 6),
        "tags": F.array(F.lit("cats with images")),
        "hashtags": words,
        "key_words": words,
        "sentiment_score": F.lit(0.1234),
        "sentiment_label": F.lit("positive"),
    }
    return rows.select(*[value.alias(name) for name, value in made.items()])


def moment(*of: str) -> Column:
    """A time of the day that depends on some columns."""
    ms = F.lit(_DAY_START_MS) + F.pmod(F.hash(*of), F.lit(86_400_000)).cast("long")
    return F.date_format(F.timestamp_millis(ms), "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
