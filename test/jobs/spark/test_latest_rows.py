"""Which observation of a post wins."""

import json
import random

from lake_world import DAY, LakeWorld, row


def test_the_latest_observation_of_each_post_wins(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1, 5), row(2, 1), row(1, 9)])
    world.put_lines("b.gz", [row(1, 7), row(2, 3), row(3)])

    summary = world.run()

    assert world.texts() == {
        "twitter:1": "post 1, seen 9",
        "twitter:2": "post 2, seen 3",
        "twitter:3": "post 3, seen 0",
    }
    counts = summary.made[DAY.name].counts
    assert (counts.rows, counts.posts, counts.duplicates, counts.deletes) == (
        6,
        3,
        3,
        0,
    )


def test_a_post_whose_latest_observation_is_a_delete_is_left_out(
    world: LakeWorld,
) -> None:
    world.put_lines("a.gz", [row(1, 5), row(1, 9, deleted=True), row(2, 9), row(2, 5, deleted=True)])

    summary = world.run()

    assert world.texts() == {"twitter:2": "post 2, seen 9"}
    assert summary.made[DAY.name].counts.deletes == 1


def test_of_one_minute_the_delete_wins(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(1, 5, deleted=True), row(1, 5)])

    world.run()

    assert world.posts() == {}


def test_a_day_whose_posts_are_all_deleted_has_a_file_without_rows_and_with_all_columns(
    world: LakeWorld,
) -> None:
    world.put_lines("a.gz", [row(1, 5)])
    world.run()
    world.put_lines("b.gz", [row(1, 9, deleted=True)])

    world.run()

    assert world.posts() == {}
    assert world.table().columns == world.columns.names


def test_of_equal_keys_the_one_that_came_first_wins(world: LakeWorld) -> None:
    copies = [row(1, arrived_at=f"2026-11-20T12:00:0{second}.000Z") for second in (5, 2, 7)]
    world.put_lines(
        "a.gz",
        [{key: value for key, value in row(1).items() if key != "arrived_at"}, *copies],
    )

    world.run()

    assert world.posts()["twitter:1"]["arrived_at"] == "2026-11-20T12:00:02.000Z"


def test_the_file_has_the_same_rows_in_the_same_order_in_whatever_order_and_objects_they_came(
    world: LakeWorld,
) -> None:
    chance = random.Random(7)
    # Some with equal keys and times of arrival, and yet with another payload.
    rows = [row(chance.randrange(40), chance.randrange(5), raw=chance.choice("xyz")) for _ in range(300)]
    files = []
    for take in range(3):
        chance.shuffle(rows)
        for path in world.folder.glob("raw/**/*.gz"):
            path.unlink()
        for part in range(take + 1):
            world.put_lines(f"{take}-{part}.gz", rows[part :: take + 1])
        world.run(DAY.name)
        files.append(list(world.posts().items()))

    assert files[0] == files[1] == files[2]


def test_posts_are_ordered_by_time_and_id(world: LakeWorld) -> None:
    world.put_lines("a.gz", [row(number) for number in (70, 10, 30, 130, 5)])

    world.run()

    assert list(world.posts()) == [
        "twitter:5",
        "twitter:10",
        "twitter:130",
        "twitter:70",
        "twitter:30",
    ]


def test_a_generated_day_has_exactly_the_posts_that_a_dictionary_finds(
    world: LakeWorld,
) -> None:
    chance = random.Random(11)
    rows = [
        row(chance.randrange(500), chance.randrange(90), deleted=chance.random() < 0.1)  # some twice or more
        for _ in range(2_000)
    ]
    for part in range(4):
        world.put_lines(f"{part}.gz", rows[part::4])
    world.put_table("5.parquet", rows[::7])
    expected: dict[str, dict] = {}
    for line in rows:
        if line["event_key"] > expected.get(line["id"], line)["event_key"] or line["id"] not in expected:
            expected[line["id"]] = line

    summary = world.run()

    alive = {id_: line["text"] for id_, line in expected.items() if line["kind"] != "delete"}
    assert world.texts() == alive
    counts = summary.made[DAY.name].counts
    assert counts.rows == len(rows) + len(rows[::7])
    assert counts.rows == counts.posts + counts.duplicates + counts.deletes


def test_values_have_the_types_of_their_columns(world: LakeWorld) -> None:
    whole = row(
        1,
        author_followers=2**40,
        author_verified=True,
        place_lat=48.2,
        sentiment_score=-0.1234,
        score=12345678901234.123456,
        annotations=[{"domain": "60 Athlete", "entity": "x"}],
        features=[{"name": "camera", "label": "positive", "score": 0.5}],
        raw=json.dumps({"deep": [1, {"a": "ü"}]}),
    )
    world.put_lines("a.gz", [whole])

    world.run()

    assert dict(world.table().dtypes) == world.columns.types
    post = world.posts()["twitter:1"]
    assert str(post["sentiment_score"]) == "-0.1234"
    assert post["author_followers"] == 2**40
    assert post["annotations"] == [{"domain": "60 Athlete", "entity": "x"}]
    assert post["raw"] == whole["raw"]
