"""Which days are to be made again, by what lies in the lake and what is known of the last run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from day_state import DayState, read_state
from lake_days import POSTS, RAW, STATE, Day, day_of_key
from lake_files import LakeFiles, LakeObject


class Verdict(Enum):
    """What is to be done with a day."""

    MAKE = "make"
    UNTOUCHED = "untouched"
    LEAVE = "leave"
    """Objects that its posts were made of are gone: made again, posts would be lost."""
    COMPARE = "compare"
    """Nobody knows what its posts were made of: made if every one of them is still in `raw/`."""


@dataclass(frozen=True)
class PlannedDay:
    """A day, what there is of it, and what is to be done."""

    day: Day
    objects: tuple[LakeObject, ...]
    verdict: Verdict
    state: DayState | None = None
    """Of its last run, where that is to be minded."""


def plan_days(files: LakeFiles, named: frozenset[Day]) -> Iterator[PlannedDay]:
    """All days that have been made or can be, in order; where some are `named` only these, which are made always."""
    made = {day: found.size for found in files.list(POSTS) if (day := _day_made(found)) is not None}
    known = {day for found in files.list(STATE) if (day := day_of_key(found.key, STATE)) is not None}
    for day, objects in objects_by_day(files):
        known.discard(day)
        yield from _plan(files, day, objects, named, made.get(day))
    for day in sorted(known):
        yield from _plan(files, day, (), named, made.get(day))


def objects_by_day(files: LakeFiles) -> Iterator[tuple[Day, tuple[LakeObject, ...]]]:
    """What `raw/` holds, by day, in order."""
    # Hidden objects lie between others in the order of keys: left out first, they part no day.
    dated = ((day, found) for found in files.list(RAW) if (day := day_of_key(found.key, RAW)) is not None)
    for day, group in groupby(dated, key=lambda pair: pair[0]):
        yield day, tuple(found for _, found in group)


def verdict_of(objects: Sequence[LakeObject], state: DayState | None, posts_size: int | None) -> Verdict:
    """What is to be done with a day.

    Args:
        objects: what `raw/` holds of it now
        state: of its last run; None if there was none, or none that can be read
        posts_size: of the file with its posts, in bytes; None if there is none
    """
    if state is None:
        if not objects:
            return Verdict.LEAVE
        return Verdict.MAKE if posts_size is None else Verdict.COMPARE
    gone = {found.key for found in state.objects} - {found.key for found in objects}
    if gone:
        return Verdict.LEAVE
    is_as_made = state.objects == frozenset(objects) and state.posts_size == posts_size
    return Verdict.UNTOUCHED if is_as_made else Verdict.MAKE


def _plan(
    files: LakeFiles, day: Day, objects: tuple[LakeObject, ...], named: frozenset[Day], posts_size: int | None
) -> Iterator[PlannedDay]:
    if named:
        if day in named:
            yield PlannedDay(day, objects, Verdict.MAKE)
        return
    state = read_state(files, day)
    yield PlannedDay(day, objects, verdict_of(objects, state, posts_size), state)


def _day_made(found: LakeObject) -> Day | None:
    day = day_of_key(found.key, POSTS)
    return day if day is not None and found.key == day.posts_key else None
