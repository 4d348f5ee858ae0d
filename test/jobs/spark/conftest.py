"""One Spark for all tests, and a lake of its own for each."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[3] / "jobs" / "spark"
sys.path.insert(0, str(SOURCES))

from lake_world import LakeWorld  # noqa: E402 -- it imports the job
from pyspark.sql import SparkSession  # noqa: E402
from spark_session import laptop_session  # noqa: E402


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = laptop_session("1g")
    yield session
    session.stop()


@pytest.fixture
def world(spark: SparkSession, tmp_path: Path) -> LakeWorld:
    return LakeWorld(spark, tmp_path / "lake")
