"""What the job knows of its last run over a day: the objects that it read, and the file that it made of them."""

import json
from dataclasses import dataclass
from typing import Any

from lake_days import Day
from lake_files import LakeFiles, LakeObject

_VERSION = 1


@dataclass(frozen=True)
class DayState:
    """Made of what was read alone: the same objects give the same state."""

    objects: frozenset[LakeObject]
    posts_size: int
    """Of the file with the posts, in bytes."""
    damaged: frozenset[str] = frozenset()
    """Keys of those objects that broke off."""

    @property
    def whole_keys(self) -> set[str]:
        """Of the objects that were read to their end."""
        return {found.key for found in self.objects} - self.damaged


def read_state(files: LakeFiles, day: Day) -> DayState | None:
    """The state of a day; None if there is none, or none that can be read: then nothing is known."""
    content = files.read(day.state_key)
    if content is None:
        return None
    try:
        return _parse(json.loads(content))
    except (ValueError, KeyError, TypeError):
        return None


def write_state(files: LakeFiles, day: Day, state: DayState) -> None:
    """Keeps the state of a day, after its posts are in place."""
    ordered = sorted(state.objects, key=lambda found: found.key)
    document = {
        "version": _VERSION,
        "posts_size": state.posts_size,
        "damaged": sorted(state.damaged),
        "objects": [[found.key, found.size, found.modified] for found in ordered],
    }
    files.write(day.state_key, json.dumps(document, indent=1).encode())


def _parse(document: dict[str, Any]) -> DayState | None:
    if document["version"] != _VERSION:
        return None
    objects = frozenset(LakeObject(key, size, modified) for key, size, modified in document["objects"])
    return DayState(objects, int(document["posts_size"]), frozenset(document.get("damaged", [])))
