"""What a run of the job did, for people and for the command that started it."""

import json
from dataclasses import asdict, dataclass, field

from dedupe_day import DayResult


@dataclass
class RunSummary:
    """Grows as the run goes on; days as in `2026-11-20`, in order."""

    made: dict[str, DayResult] = field(default_factory=dict)
    untouched: int = 0
    left_alone: list[str] = field(default_factory=list)
    """Days of which raw objects are gone or break off by now: their posts are as they were."""
    missing: list[str] = field(default_factory=list)
    """Days that were named and of which the lake has nothing."""
    failed: dict[str, str] = field(default_factory=dict)
    """Days that were not done to their end, and why. Their posts are as they were, or new and whole already."""

    @property
    def is_trouble(self) -> bool:
        """Whether somebody has to look: a day failed or was left as it is, or an object breaks off."""
        return bool(self.failed or self.left_alone or any(result.damaged for result in self.made.values()))


def describe(summary: RunSummary) -> str:
    """A summary as one line of JSON, with the sums over all days."""
    days = {day: asdict(result.counts) | {"damaged": result.damaged} for day, result in summary.made.items()}
    names = ["rows", "posts", "duplicates", "deletes", "corrupt_lines", "wrong_types"]
    totals = {name: sum(day[name] for day in days.values()) for name in names}
    rest = {name: value for name, value in asdict(summary).items() if name != "made"}
    return json.dumps({"totals": totals, "days": days, **rest})
