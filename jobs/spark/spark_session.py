"""Spark as the lake needs it."""

from pathlib import Path

from pyspark.sql import SparkSession

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Else `month=01` becomes the number 1.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Names that differ in capitals are other columns, in JSON as in Parquet.
    "spark.sql.caseSensitive": "true",
    # What cannot be made the type of its column is null, not the end of the day.
    "spark.sql.ansi.enabled": "false",
    # It takes the nodes that count out of a plan whose result is empty, and who asks for the counts waits for ever.
    "spark.sql.adaptive.optimizer.excludedRules": "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}

# As an address, in which a space of the path is none.
_LOG_SETTINGS = Path(__file__).with_name("laptop-log4j2.properties").resolve().as_uri()

_LAPTOP = {
    # From the first line that Java writes; a level that is set later is too late for what it says while it starts.
    "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG_SETTINGS}",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # As many as a machine has cores, not as a cluster has.
    "spark.sql.shuffle.partitions": "8",
}


def lake_session() -> SparkSession:
    """The session that the job was started in, with the settings of the lake."""
    builder = SparkSession.builder.appName("dedupe-posts")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def laptop_session(memory: str = "2g") -> SparkSession:
    """A session in this process and on all cores of this machine. `memory` as Java writes it."""
    builder = SparkSession.builder.appName("dedupe-posts").master("local[*]").config("spark.driver.memory", memory)
    for name, value in (_SETTINGS | _LAPTOP).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
