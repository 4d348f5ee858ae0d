"""Rows of other times and hands: missing and unknown columns, wrong types, rubbish."""

import gzip
import json

import pytest

from lake_world import DAY, LakeWorld, row


def test_unknown_columns_are_left_out_and_missing_ones_are_null(
    world: LakeWorld,
) -> None:
    old = {key: value for key, value in row(1).items() if key not in ("hashtags", "score")}
    world.put_lines("a.gz", [old, row(2, of_next_year={"deep": [1]})])

    summary = world.run()

    assert world.table().columns == world.columns.names
    assert world.posts()["twitter:1"]["hashtags"] is None
    assert summary.made[DAY.name].counts.wrong_types == 0


def test_a_value_of_a_wrong_type_is_null_and_counted_and_the_rest_of_its_row_stays(
    world: LakeWorld,
) -> None:
    lines = [
        row(1, metrics_likes="many", lang="en"),
        row(2, hashtags="cats", lang="en"),
        row(3, author_verified="perhaps", features=7, lang="en"),
        row(4, sentiment_score=1e30, lang="en"),
        row(5, lang=5),
    ]
    world.put_lines("a.gz", lines)

    summary = world.run()

    posts = world.posts()
    assert posts["twitter:1"]["metrics_likes"] is None
    assert posts["twitter:2"]["hashtags"] is None
    assert (posts["twitter:3"]["author_verified"], posts["twitter:3"]["features"]) == (
        None,
        None,
    )
    assert posts["twitter:4"]["sentiment_score"] is None
    # A number in a column of texts is its digits.
    assert [post["lang"] for post in posts.values()] == ["en", "en", "en", "en", "5"]
    assert summary.made[DAY.name].counts.wrong_types == 4


def test_parquet_and_json_lie_in_one_day(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1, 5), row(2, 9)])
    world.put_lines("plain.json", [row(4)])
    world.put_table("b.parquet", [row(1, 9), row(2, 5), row(3)])

    world.run()

    assert world.texts() == {
        "twitter:1": "post 1, seen 9",
        "twitter:2": "post 2, seen 9",
        "twitter:3": "post 3, seen 0",
        "twitter:4": "post 4, seen 0",
    }


def test_parquet_with_fewer_more_or_other_columns_is_read_as_far_as_it_goes(
    world: LakeWorld,
) -> None:
    world.put_table(
        "old.parquet",
        [row(1)],
        "v int, id string, event_key string, created_at string, kind string",
    )
    world.put_table("new.parquet", [row(2, extra=1)], f"{world.columns.ddl}, extra int")
    other = (
        "id string, event_key string, created_at string, text string, v bigint, metrics_likes string, hashtags string"
    )
    world.put_table(
        "other.parquet",
        [row(3, metrics_likes="12"), row(4, metrics_likes="many")],
        other,
    )

    summary = world.run()

    posts = world.posts()
    assert sorted(posts) == ["twitter:1", "twitter:2", "twitter:3", "twitter:4"]
    assert posts["twitter:1"]["text"] is None
    assert (posts["twitter:3"]["v"], posts["twitter:3"]["metrics_likes"]) == (1, 12)
    assert (posts["twitter:4"]["metrics_likes"], posts["twitter:4"]["hashtags"]) == (
        None,
        None,
    )
    result = summary.made[DAY.name]
    assert result.damaged == ()
    assert result.counts.wrong_types == 2


def test_lines_that_are_no_rows_are_kept_aside_whole_with_their_object(
    world: LakeWorld,
) -> None:
    no_key = json.dumps({"id": "twitter:9", "of_next_year": 1})
    lines = [
        row(1),
        "no JSON",
        '{"id": "twitter:8", "event_key": "twitter:8#',
        no_key,
        "",
        "5",
        row(2),
    ]
    world.put_lines("a.gz", lines)
    world.put_table("b.parquet", [row(3), {"id": "twitter:7"}])

    summary = world.run()

    assert sorted(world.posts()) == ["twitter:1", "twitter:2", "twitter:3"]
    kept = world.rubbish()
    assert [found["line"] for found in kept if found["object"].endswith("a.gz")] == sorted(
        ["no JSON", *lines[2:4], "5"]
    )
    assert [json.loads(found["line"])["id"] for found in kept if "b.parquet" in found["object"]] == ["twitter:7"]
    assert {found["object"] for found in kept} == {
        f"{DAY.raw_prefix}a.gz",
        f"{DAY.raw_prefix}b.parquet",
    }
    assert summary.made[DAY.name].counts.corrupt_lines == len(kept)


def test_all_documents_of_a_line_are_read(world: LakeWorld) -> None:
    texts = [json.dumps(line) for line in (row(1, text="a}{b"), row(2, raw='{"x":{}} {"y":1}'), row(3), row(4))]
    world.put_lines("a.gz", ["".join(texts[:2]), f"{texts[2]} \t{texts[3]}\r", json.dumps(row(5, text="} {"))])

    summary = world.run()

    assert sorted(world.posts()) == [f"twitter:{number}" for number in range(1, 6)]
    assert world.texts()["twitter:1"] == "a}{b"
    counts = summary.made[DAY.name].counts
    assert (counts.rows, counts.corrupt_lines, counts.wrong_types) == (5, 0, 0)


@pytest.mark.parametrize(
    ("before", "rubbish"),
    [
        (json.dumps(row(1)), json.dumps(row(2))[:-1]),
        (json.dumps(row(1, text="a}{b")), ' {"id": "twitter:2", "text": "c}{d"'),
        ("", json.dumps(row(1)) + " and more"),
        ("", json.dumps([row(1), row(2)])),
    ],
)
def test_what_stands_behind_a_document_is_counted_and_kept_aside(world: LakeWorld, before: str, rubbish: str) -> None:
    world.put_lines("a.gz", [before + rubbish, row(3)])

    summary = world.run()

    assert sorted(world.posts()) == (["twitter:1"] if before else []) + ["twitter:3"]
    assert [found["line"] for found in world.rubbish()] == [rubbish]
    assert summary.made[DAY.name].counts.corrupt_lines == 1


def test_empty_objects_and_hidden_ones_are_not_looked_at(world: LakeWorld) -> None:
    world.put_bytes("empty.gz", b"")
    world.put_bytes("empty.parquet", b"")
    world.put_bytes("lines.gz", gzip.compress(b""))
    world.put_bytes("_temporary.gz", gzip.compress(b"no JSON\n"))

    summary = world.run()

    assert world.posts() == {}
    assert summary.made[DAY.name].counts.rows == 0


def test_names_that_spark_would_read_as_patterns_are_names(world: LakeWorld) -> None:
    world.put_lines("a[1]{x}*?.gz", [row(1)])
    world.put_lines("ü b%20=+.gz", [row(2), "no JSON"])

    world.run()

    assert sorted(world.posts()) == ["twitter:1", "twitter:2"]
    assert [found["object"] for found in world.rubbish()] == [f"{DAY.raw_prefix}ü b%20=+.gz"]
