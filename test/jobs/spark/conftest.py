"""One Spark for all tests, and a lake of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from spark_session import laptop_session

from lake_world import LakeWorld


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = laptop_session("1g")
    yield session
    session.stop()


@pytest.fixture
def world(spark: SparkSession, tmp_path: Path) -> LakeWorld:
    # A checkout may lie in a folder whose name Spark would take for a pattern.
    return LakeWorld(spark, tmp_path / "lake [of] {me}")
