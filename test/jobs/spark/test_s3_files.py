"""The lake in a bucket of a real S3 API. Spark itself has no S3 on a laptop: it is handed copies in a folder."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from lake_files import LakeObject
from s3_files import S3Files

from lake_world import DAY, LakeWorld, row

ENDPOINT = os.environ.get("GROUNDSWELL_TEST_S3", "")

pytestmark = pytest.mark.skipif(ENDPOINT == "", reason="npm run test:spark starts the emulator")


class S3OverFolder(S3Files):
    """Hands Spark copies of objects, and puts what Spark has written into the bucket before anybody looks for it."""

    def __init__(self, client: Any, bucket: str, folder: Path) -> None:
        super().__init__(client, bucket)
        self._folder = folder

    def spark_path(self, key: str) -> str:
        content = self.read(key)
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content)
        return f"file://{path}"

    def list(self, prefix: str) -> Iterator[LakeObject]:
        if prefix.startswith("staging/"):
            for path in (self._folder / prefix).rglob("part-*"):
                self.write(path.relative_to(self._folder).as_posix(), path.read_bytes())
        return super().list(prefix)


@pytest.fixture(scope="module")
def client() -> Any:
    return boto3.client(
        "s3",
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}),
    )


@pytest.fixture
def bucket(client: Any) -> str:
    name = f"lake-{uuid4().hex[:12]}"
    client.create_bucket(Bucket=name)
    return name


def test_objects_are_listed_read_replaced_and_removed(client: Any, bucket: str) -> None:
    files = S3Files(client, bucket)
    for number in range(1_050):
        files.write(f"raw/{number:04}", b"x" * (number % 3))
    files.write("other", b"stays")

    listed = list(files.list("raw/"))
    files.publish("raw/0002", "raw/0001")
    content = files.read("raw/0001")
    files.remove("raw/")

    assert [(found.key, found.size) for found in listed] == [(f"raw/{n:04}", n % 3) for n in range(1_050)]
    assert listed[0].modified.startswith("20") and listed[0].modified.endswith("Z")
    assert content == b"xx"
    assert list(files.list("raw/")) == []
    assert (files.read("raw/0001"), files.read("other")) == (None, b"stays")


def test_an_object_of_many_parts_is_published_whole(client: Any, bucket: str) -> None:
    files = S3Files(client, bucket)
    content = os.urandom(20_000_000)
    files.write("staging/dedupe/large", content)

    files.publish("staging/dedupe/large", "posts/large")

    assert files.read("posts/large") == content


def test_an_object_is_opened_or_it_is_an_error(client: Any, bucket: str) -> None:
    files = S3Files(client, bucket)
    files.write("raw/a", b"content")

    with files.open("raw/a") as file:
        assert file.read() == b"content"
    with pytest.raises(ClientError, match="404"):
        files.open("raw/b")


def test_of_an_object_in_a_bucket_that_breaks_off_the_rows_before_that_are_taken(
    client: Any,
    bucket: str,
    world: LakeWorld,
    tmp_path: Path,
) -> None:
    files = S3OverFolder(client, bucket, tmp_path / "spark")
    lines = gzip.compress((json.dumps(row(1)) + "\nno JSON").encode())
    files.write(f"{DAY.raw_prefix}cut.gz", lines[:-8])

    summary = world.run(files=files)

    result = summary.made[DAY.name]
    assert (result.counts.posts, result.counts.corrupt_lines) == (1, 1)
    assert result.damaged == (f"{DAY.raw_prefix}cut.gz",)


def test_a_day_is_made_in_a_bucket_and_a_second_run_changes_nothing(
    client: Any,
    bucket: str,
    world: LakeWorld,
    tmp_path: Path,
) -> None:
    files = S3OverFolder(client, bucket, tmp_path / "spark")
    lines = "".join(json.dumps(line) + "\n" for line in [row(1, 5), row(1, 9), row(2)]) + "no JSON\n"
    files.write(f"{DAY.raw_prefix}a.gz", gzip.compress(lines.encode()))

    first = world.run(files=files)
    made = {found.key: files.read(found.key) for found in files.list("")}
    second = world.run(files=files)

    counts = first.made[DAY.name].counts
    assert (counts.posts, counts.duplicates, counts.corrupt_lines) == (2, 1, 1)
    assert sorted(made) == sorted([f"{DAY.raw_prefix}a.gz", DAY.posts_key, DAY.state_key, DAY.rubbish_key])
    assert (second.made, second.untouched) == ({}, 1)
    assert {found.key: files.read(found.key) for found in files.list("")} == made
