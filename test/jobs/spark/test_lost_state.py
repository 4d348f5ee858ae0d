"""What a run makes of a day of whose last run nobody knows."""

import os

import pytest

from lake_world import DAY, LakeWorld, Row, row


def test_a_state_that_cannot_be_read_makes_the_day_again(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    before = world.content()
    (world.folder / DAY.state_key).write_text('{"version": 1, "obj')

    world.run()

    assert world.content() == before


BROKEN_STATES = ['{"version": 1, "obj', '{"version": 0}', None]


def _break_state(world: LakeWorld, content: str | None) -> None:
    state = world.folder / DAY.state_key
    state.unlink() if content is None else state.write_text(content)


@pytest.mark.parametrize("state", BROKEN_STATES)
def test_without_a_state_a_day_is_made_where_every_post_is_still_in_raw(world: LakeWorld, state: str | None) -> None:
    world.put_lines("a.gz", [row(1), row(2), row(3)])
    world.run()
    _break_state(world, state)
    world.put_lines("a.gz", [row(1), row(2, 9), row(3, 9, deleted=True)])

    summary = world.run()

    assert (list(summary.made), summary.left_alone) == ([DAY.name], [])
    assert world.texts() == {"twitter:1": "post 1, seen 0", "twitter:2": "post 2, seen 9"}


@pytest.mark.parametrize("state", BROKEN_STATES)
@pytest.mark.parametrize("late", [[row(3)], [row(1), row(3)], [row(1, 1), row(3)]])
def test_without_a_state_posts_whose_object_is_gone_stay(world: LakeWorld, state: str | None, late: list[Row]) -> None:
    gone = world.put_lines("a.gz", [row(1, 5)])
    world.put_lines("b.gz", [row(2)])
    world.run()
    before = (world.folder / DAY.posts_key).read_bytes()
    gone.unlink()
    world.put_lines("c.gz", late)
    _break_state(world, state)

    summary = world.run()

    assert (summary.left_alone, summary.made) == ([DAY.name], {})
    assert (world.folder / DAY.posts_key).read_bytes() == before
    assert any("1 of its posts are in no raw object" in line for line in world.said)
    assert list(world.run(DAY.name).made) == [DAY.name]


@pytest.mark.parametrize("state", BROKEN_STATES)
def test_without_a_state_and_raw_objects_posts_stay(world: LakeWorld, state: str | None) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    (world.folder / DAY.raw_prefix / "a.gz").unlink()
    _break_state(world, state)

    summary = world.run()

    # Without a state it is nobody's: then not even looked at.
    assert summary.left_alone == ([] if state is None else [DAY.name])
    assert sorted(world.posts()) == ["twitter:1"]


def test_without_a_state_posts_that_nobody_can_read_are_made_again(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1)])
    world.run()
    before = world.content()
    _break_state(world, None)
    os.truncate(world.folder / DAY.posts_key, 100)

    world.run()

    assert world.content() == before
