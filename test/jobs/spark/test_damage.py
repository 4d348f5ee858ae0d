"""Objects that break off, are not what their names say, or cannot be read just now."""

import gzip
import json
import random
from pathlib import Path
from typing import BinaryIO

import pytest
from lake_files import LocalFiles

from lake_world import DAY, LakeWorld, row


def test_of_an_object_that_breaks_off_the_rows_before_that_are_taken(
    world: LakeWorld,
) -> None:
    chance = random.Random(3)
    rows = [row(number, text=f"{chance.random()}") for number in range(20_000)]
    whole = gzip.compress("".join(json.dumps(line) + "\n" for line in rows).encode())
    world.put_bytes("cut.gz", whole[: len(whole) // 2])
    world.put_lines("good.gz", [row(50_000)])

    summary = world.run()

    posts = world.posts()
    assert "twitter:50000" in posts
    assert len(posts) > len(rows) / 4
    assert all(posts[line["id"]]["text"] == line["text"] for line in rows if line["id"] in posts)
    assert summary.made[DAY.name].damaged == (f"{DAY.raw_prefix}cut.gz",)
    assert {
        "object": f"{DAY.raw_prefix}cut.gz",
        "reason": "breaks off",
    } in world.rubbish()


@pytest.mark.parametrize("name", ["a.parquet", "a.gz"])
def test_an_object_that_is_not_what_its_name_says_does_not_fail_the_day(world: LakeWorld, name: str) -> None:
    world.put_bytes(name, b"neither of the two")
    world.put_lines("good.gz", [row(1)])

    summary = world.run()

    assert sorted(world.posts()) == ["twitter:1"]
    assert summary.made[DAY.name].damaged == (f"{DAY.raw_prefix}{name}",)


def _spoil_reading(path: Path) -> Path:
    """Lets Hadoop fail with an IOException over an object whose bytes are well, as a store does that answers 503."""
    checksums = path.with_name(f".{path.name}.crc")
    checksums.write_bytes(b"crc\0" + (512).to_bytes(4, "big") + bytes(4 * (1 + path.stat().st_size // 512)))
    return checksums


@pytest.mark.parametrize("name", ["a.gz", "a.json", "a.parquet"])
def test_an_object_that_cannot_be_read_just_now_is_not_damaged_and_its_rows_come_with_the_next_run(
    world: LakeWorld, name: str
) -> None:
    world.put_lines("before.gz", [row(1, 1)])
    world.run()
    before = world.content()
    put = world.put_table if name.endswith(".parquet") else world.put_lines
    spoilt = _spoil_reading(put(name, [row(1, 9), row(2)]))
    world.put_bytes("cut.gz", gzip.compress(b"x" * 1_000)[:-9])

    with pytest.raises(AssertionError, match=f"{name} cannot be read, and it is not that it breaks off"):
        world.run()

    spoilt.unlink()
    assert {key: content for key, content in world.content().items() if not key.startswith("staging/")} == before
    assert world.run().made[DAY.name].damaged == (f"{DAY.raw_prefix}cut.gz",)
    assert world.texts() == {"twitter:1": "post 1, seen 9", "twitter:2": "post 2, seen 0"}


def test_a_damaged_object_whose_bytes_cannot_be_fetched_fails_the_day(world: LakeWorld) -> None:
    class AwayFiles(LocalFiles):
        def open(self, key: str) -> BinaryIO:
            raise OSError(f"503 for {key}")

    world.put_bytes("cut.gz", gzip.compress(b"x" * 1_000)[:-9])

    with pytest.raises(AssertionError, match=r"503 for .*cut.gz"):
        world.run(files=AwayFiles(str(world.folder)))

    assert list(world.run().made) == [DAY.name]


def test_a_parquet_object_that_is_bad_inside_its_frame_fails_the_day_by_name(world: LakeWorld) -> None:
    path = world.put_table("a.parquet", [row(number) for number in range(100)])
    content = bytearray(path.read_bytes())
    content[4:2_000] = bytes(1_996)
    world.put_bytes("a.parquet", bytes(content))
    world.put_lines("good.gz", [row(1)])

    with pytest.raises(AssertionError, match=r"a\.parquet cannot be read"):
        world.run()


def test_a_day_of_which_an_object_breaks_off_that_was_whole_keeps_its_posts(world: LakeWorld) -> None:
    path = world.put_lines("a.gz", [row(number) for number in range(500)])
    world.run()
    before = world.content()
    world.put_bytes("a.gz", path.read_bytes()[:-50])

    summary = world.run()

    assert (summary.left_alone, summary.made) == ([DAY.name], {})
    assert {key: content for key, content in world.content().items() if not key.startswith("staging/")} == before
    assert any("1 raw objects that it was made of break off by now" in line for line in world.said)
    assert list(world.run(DAY.name).made) == [DAY.name]


def test_a_day_with_an_object_that_broke_off_from_the_beginning_is_made_when_more_comes(world: LakeWorld) -> None:
    world.put_bytes("cut.gz", gzip.compress(json.dumps(row(1)).encode() + b"\n" + b"x" * 1_000)[:-9])
    world.run()
    assert world.run().untouched == 1
    world.put_lines("late.gz", [row(2)])

    world.run()

    assert sorted(world.posts()) == ["twitter:1", "twitter:2"]


def test_a_state_of_before_damage_was_noted_is_read(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    state = world.folder / DAY.state_key
    known = json.loads(state.read_text())
    state.write_text(json.dumps({name: known[name] for name in ("version", "posts_size", "objects")}))

    assert world.run().untouched == 1
