"""The command line of the job."""

import gzip
import json
from pathlib import Path

import local_entry
import pytest
from arguments import parse_arguments

from lake_world import DAY, NEXT_DAY, LakeWorld, row

COLUMNS = str(Path(__file__).parents[3] / "jobs/spark/columns.json")


def test_arguments_of_glue_are_somebody_elses_and_days_are_given_in_one_or_in_many() -> None:
    given = [
        "--JOB_NAME",
        "x",
        "--lake",
        "s3://b",
        "--columns",
        COLUMNS,
        "--JOB_RUN_ID",
        "jr_1",
    ]
    days = ["--day", "2026-11-21, 2026-11-20", "--day", "2026-11-20"]

    options = parse_arguments([*given, *days])

    assert options.lake == "s3://b"
    assert options.days == {DAY, NEXT_DAY}
    assert options.columns.names[:2] == ["v", "id"]


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--day", "yesterday"], "must be written as in 2026-11-20"),
        (["--columns", "/no/such"], "/no/such"),
    ],
)
def test_what_is_wrong_is_one_sentence(more: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(["--lake", "x", "--columns", COLUMNS, *more])

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_run_ends_with_1_where_somebody_has_to_look(world: LakeWorld, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*days: str) -> tuple[int, dict]:
        code = local_entry.main(["--lake", str(world.folder), "--columns", COLUMNS, *days])
        return code, json.loads(capsys.readouterr().out)

    gone = world.put_lines("a.gz", [row(1)])
    assert run()[0] == 0

    cut = world.put_bytes("cut.gz", gzip.compress(b"x" * 1_000)[:-9])
    code, summary = run()
    assert (code, summary["days"][DAY.name]["damaged"]) == (1, [f"{DAY.raw_prefix}{cut.name}"])
    assert run()[0] == 0

    gone.unlink()
    code, summary = run()
    assert (code, summary["left_alone"]) == (1, [DAY.name])
