"""Makes `posts/` of `raw/`: all days that were touched since the last run, one after the other."""

import time
from collections.abc import Callable

from pyspark.sql import SparkSession

from columns import Columns
from dedupe_day import DayResult, DedupeDay
from lake_days import STAGING, Day
from lake_files import LakeFiles
from lost_posts import LostPostsError
from progress import Say, counted, say_to_terminal, size_of, told
from run_summary import RunSummary
from touched_days import PlannedDay, Verdict, plan_days

OpenSpark = Callable[[], SparkSession]
MakeDay = Callable[[PlannedDay], DayResult]


def dedupe_days(
    open_spark: OpenSpark, files: LakeFiles, columns: Columns, named: frozenset[Day], say: Say = say_to_terminal
) -> RunSummary:
    """Makes the days that were touched, or those that are named, whatever was touched. Without one there is no Spark.

    A day that fails leaves its posts as they were, or new and whole where only their state could not be written, and
    does not keep the others from being made.
    """
    # What a run that was cut short has left.
    files.remove(STAGING)

    def make(planned: PlannedDay) -> DayResult:
        with told("Starting Spark", say):
            spark = open_spark()
        with told(f"{planned.day.name}: under way", say):
            return DedupeDay(spark, files, columns).run(planned)

    summary = RunSummary()
    seen = set()
    for planned in plan_days(files, named):
        seen.add(planned.day)
        _take(make, planned, summary, say)
    summary.missing = [day.name for day in sorted(named - seen)]
    return summary


def _take(make: MakeDay, planned: PlannedDay, summary: RunSummary, say: Say) -> None:
    name = planned.day.name
    if planned.verdict is Verdict.UNTOUCHED:
        summary.untouched += 1
    elif planned.verdict is Verdict.LEAVE:
        _leave(name, "raw objects that it was made of are gone", summary, say)
    else:
        _make(make, planned, summary, say)


def _leave(name: str, reason: str, summary: RunSummary, say: Say) -> None:
    summary.left_alone.append(name)
    say(f"{name}: left as it is, because {reason}; --day {name} makes it anyway")


def _make(make: MakeDay, planned: PlannedDay, summary: RunSummary, say: Say) -> None:
    name = planned.day.name
    size = size_of(sum(found.size for found in planned.objects))
    say(f"{name}: {counted(len(planned.objects), 'object')}, {size} …")
    started = time.monotonic()
    try:
        result = make(planned)
    except LostPostsError as error:
        _leave(name, str(error), summary, say)
        return
    # Whatever it is, the other days are made.
    except Exception as error:
        summary.failed[name] = _reason(error)
        say(f"{name}: failed, its posts are as they were or made already: {summary.failed[name]}")
        return
    summary.made[name] = result
    say(f"{name}: {_told(result)}, {time.monotonic() - started:.1f} s")


def _told(result: DayResult) -> str:
    counts = result.counts
    parts = [f"{counted(counts.posts, 'post')} of {counted(counts.rows, 'row')}"]
    if counts.corrupt_lines > 0:
        parts.append(f"{counted(counts.corrupt_lines, 'corrupt line')} kept aside")
    if counts.wrong_types > 0:
        parts.append(f"{counted(counts.wrong_types, 'row')} with a value of a wrong type")
    if result.damaged:
        parts.append(f"{counted(len(result.damaged), 'damaged object')}, read as far as possible")
    return ", ".join(parts)


def _reason(error: Exception) -> str:
    first_line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {first_line[:300]}"
