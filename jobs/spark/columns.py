"""The columns of the lake, as `npm run schema` has written them to columns.json."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Columns:
    """In the order of the tables; without those of the partitions, which are in the names of the folders."""

    types: dict[str, str]

    @property
    def names(self) -> list[str]:
        """Of all columns."""
        return list(self.types)

    @property
    def ddl(self) -> str:
        """As Spark declares them: `v int, id string, …`."""
        return ", ".join(f"{name} {type_}" for name, type_ in self.types.items())


def read_columns(path: str) -> Columns:
    """Reads columns.json.

    Raises:
        OSError: there is no such file
    """
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    return Columns({column["name"]: column["type"] for column in found})
