"""Which days a run makes, and what a run that is cut short leaves."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lake_files import LakeFiles, LocalFiles

from lake_world import DAY, NEXT_DAY, LakeWorld, row


class KilledError(BaseException):
    """What ends a run as a power cut does: nothing may handle it."""


class KilledFiles(LocalFiles):
    """Dies before, or just after, the n-th change."""

    def __init__(self, folder: Path, changes: int, *, after: bool) -> None:
        super().__init__(str(folder))
        self._left = changes
        self._after = after

    def write(self, key: str, content: bytes) -> None:
        self._change(lambda: LocalFiles.write(self, key, content))

    def publish(self, staged_key: str, key: str) -> None:
        self._change(lambda: LocalFiles.publish(self, staged_key, key))

    def remove(self, prefix: str) -> None:
        self._change(lambda: LocalFiles.remove(self, prefix))

    def _change(self, change: Callable[[], None]) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise KilledError
        change()
        if self._left == 0:
            raise KilledError


class CountingFiles(LocalFiles):
    """Says what Spark was sent to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.looked_at: list[str] = []

    def spark_path(self, key: str) -> str:
        self.looked_at.append(key)
        return super().spark_path(key)


def test_a_second_run_changes_nothing_and_reads_nothing(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1), "no JSON"])
    world.put_lines("b.gz", [row(2, day=NEXT_DAY)], NEXT_DAY)
    world.run()
    before = world.content()
    sessions = world.sessions
    files = CountingFiles(world.folder)

    summary = world.run(files=files)

    assert world.content() == before
    assert (files.looked_at, summary.made, summary.untouched) == ([], {}, 2)
    assert world.sessions == sessions


@pytest.mark.parametrize("hidden", ["_SUCCESS", "_x/.part", ".crc"])
def test_a_hidden_object_between_two_others_does_not_part_their_day(world: LakeWorld, hidden: str) -> None:
    for name in ("-first.gz", "A.gz", "a.gz"):
        world.put_lines(name, [row(ord(name[0]))])
    world.put_bytes(hidden, b"")

    summary = world.run()

    assert sorted(world.posts()) == ["twitter:45", "twitter:65", "twitter:97"]
    assert summary.made[DAY.name].counts.rows == 3
    assert (world.run().untouched, summary.left_alone) == (1, [])
    assert world.run(DAY.name).made[DAY.name].counts.rows == 3


def test_making_a_day_again_gives_the_same_rows_in_the_same_order(world: LakeWorld) -> None:
    world.put_lines("a.gz", [*(row(number, number % 7) for number in range(500)), "no JSON"])
    world.run()
    before = (list(world.posts().items()), world.rubbish())

    summary = world.run(DAY.name)

    assert (list(world.posts().items()), world.rubbish()) == before
    assert list(summary.made) == [DAY.name]


def test_a_late_object_makes_its_day_again_and_no_other(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1)])
    world.put_lines("b.gz", [row(2, day=NEXT_DAY)], NEXT_DAY)
    world.run()
    world.put_lines("late.gz", [row(1, 9), row(3)])

    summary = world.run()

    assert list(summary.made) == [DAY.name]
    assert world.texts() == {
        "twitter:1": "post 1, seen 9",
        "twitter:3": "post 3, seen 0",
    }
    assert world.texts(NEXT_DAY) == {"twitter:2": "post 2, seen 0"}


def test_an_object_that_was_replaced_makes_its_day_again(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    world.put_lines("a.gz", [row(1), row(2)])

    world.run()

    assert sorted(world.posts()) == ["twitter:1", "twitter:2"]


def test_a_day_of_which_an_object_is_gone_keeps_its_posts_and_is_told_of(
    world: LakeWorld,
) -> None:
    gone = world.put_lines("a.gz", [row(1)])
    world.put_lines("b.gz", [row(2)])
    world.run()
    before = world.content()
    gone.unlink()
    world.put_lines("c.gz", [row(3)])

    summary = world.run()

    assert summary.left_alone == [DAY.name]
    assert world.content() == before
    assert [line for line in world.said if DAY.name in line and "gone" in line] != []


def test_a_day_that_is_named_is_made_of_what_there_is(world: LakeWorld) -> None:
    gone = world.put_lines("a.gz", [row(1)])
    world.put_lines("b.gz", [row(2)])
    world.put_lines("b.gz", [row(4, day=NEXT_DAY)], NEXT_DAY)
    world.run()
    gone.unlink()

    summary = world.run(DAY.name, "2020-01-01")

    assert sorted(world.posts()) == ["twitter:2"]
    assert (list(summary.made), summary.missing) == ([DAY.name], ["2020-01-01"])
    assert world.run().untouched == 2


def test_a_day_whose_objects_are_all_gone_is_emptied_only_by_name(
    world: LakeWorld,
) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    (world.folder / DAY.raw_prefix / "a.gz").unlink()

    assert world.run().left_alone == [DAY.name]
    assert sorted(world.posts()) == ["twitter:1"]
    world.run(DAY.name)
    assert world.posts() == {}


@pytest.mark.parametrize("damage", [lambda path: os.truncate(path, 100), lambda path: path.unlink()])
def test_posts_that_are_half_written_or_gone_are_made_again(world: LakeWorld, damage: Callable[[Path], None]) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    before = world.posts()
    damage(world.folder / DAY.posts_key)

    assert list(world.run().made) == [DAY.name]

    assert world.posts() == before


def test_what_a_run_has_left_in_staging_is_removed(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1)])
    left = world.folder / DAY.staging_prefix / "posts" / "part-00000-half.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"PAR1 half")

    world.run()

    assert not left.exists()
    assert sorted(world.posts()) == ["twitter:1"]


def test_a_day_that_fails_keeps_its_posts_and_the_others_are_made(
    world: LakeWorld,
) -> None:
    class NoPosts(LocalFiles):
        def publish(self, staged_key: str, key: str) -> None:
            if key == DAY.posts_key:
                raise OSError("the disk is full")
            super().publish(staged_key, key)

    world.put_lines("a.gz", [row(1)])
    world.put_lines("b.gz", [row(2, day=NEXT_DAY)], NEXT_DAY)

    with pytest.raises(AssertionError, match="the disk is full"):
        world.run(files=NoPosts(str(world.folder)))

    assert sorted(world.posts(NEXT_DAY)) == ["twitter:2"]
    assert list(world.run().made) == [DAY.name]


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_dies_anywhere_leaves_the_old_or_the_new_posts_and_the_next_one_is_right(
    world: LakeWorld, *, after: bool
) -> None:
    world.put_lines("a.gz", [row(1), row(2)])
    world.run()
    old = world.posts()
    world.put_lines("b.gz", [row(1, 9), row(2, 9, deleted=True), row(3), "no JSON"])
    expected = {"twitter:1": "post 1, seen 9", "twitter:3": "post 3, seen 0"}
    state = (world.folder / DAY.state_key).read_bytes()
    posts = (world.folder / DAY.posts_key).read_bytes()
    deaths = 0

    while _dies(world, KilledFiles(world.folder, deaths + 1, after=after)):
        deaths += 1
        found = world.posts()
        assert found == old or world.texts() == expected
        assert world.run().failed == {}
        assert world.texts() == expected
        # As before the run that died.
        (world.folder / DAY.state_key).write_bytes(state)
        (world.folder / DAY.posts_key).write_bytes(posts)

    # Leftovers removed, rubbish, posts, state, staging removed.
    assert deaths == 5
    assert world.texts() == expected


def _dies(world: LakeWorld, files: LakeFiles) -> bool:
    try:
        world.run(files=files)
    except KilledError:
        return True
    return False
