"""The command line of the job."""

from pathlib import Path

import pytest
from arguments import parse_arguments

from lake_world import DAY, NEXT_DAY

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
