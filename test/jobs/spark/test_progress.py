"""What a person reads while a run takes long."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from progress import counted, size_of, told

from lake_world import DAY, LakeWorld, row

REPO = Path(__file__).parents[3]


def test_what_takes_long_is_told_of_again_and_again_until_it_ends() -> None:
    said: list[str] = []
    enough = threading.Event()
    threads = threading.active_count()

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 3:
            enough.set()

    with told("Starting Spark", say, every_s=0.01):
        assert enough.wait(60)

    assert {line.rsplit(" ", 2)[0] for line in said} == {"Starting Spark …"}
    assert threading.active_count() == threads


def test_what_is_quick_says_nothing() -> None:
    said: list[str] = []

    with told("Starting Spark", said.append, every_s=3_600):
        pass

    assert said == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (counted(1, "object"), "1 object"),
        (counted(2, "object"), "2 objects"),
        (counted(0, "object"), "0 objects"),
        (size_of(1), "1 byte"),
        (size_of(999), "999 bytes"),
        (size_of(2_345), "2.3 kB"),
        (size_of(1_500_000), "1.5 MB"),
    ],
)
def test_counts_and_sizes_read_well(text: str, expected: str) -> None:
    assert text == expected


def test_a_day_is_told_of_in_words_that_fit_its_numbers(world: LakeWorld) -> None:
    made = world.put_lines("a.gz", [row(1)])

    world.run(DAY.name, "2020-01-01")

    assert world.said[0] == f"{DAY.name}: 1 object, {made.stat().st_size} bytes …"
    assert world.said[-1].startswith(f"{DAY.name}: 1 post of 1 row, ")


def test_a_spark_that_starts_in_a_process_of_its_own_says_nothing(tmp_path: Path) -> None:
    program = (
        "from spark_session import laptop_session\n"
        "session = laptop_session('512m')\n"
        "print(session.range(3).count())\n"
        "session.stop()\n"
    )
    env = os.environ | {"PYTHONPATH": str(REPO / "jobs/spark")}

    ended = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert (ended.stdout, ended.stderr) == ("3\n", "")
