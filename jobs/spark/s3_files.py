"""The files of the lake in its bucket."""

import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from lake_files import LakeObject, iso_second

_KEYS_PER_REQUEST = 1000
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""


class S3Files:
    """The lake in a bucket. S3 replaces an object at once, and lists keys in their order."""

    def __init__(self, client: Any, bucket: str) -> None:  # noqa: ANN401 -- boto3 makes its classes when it runs
        """`client` is boto3's client of S3."""
        self._s3 = client
        self._bucket = bucket

    def list(self, prefix: str) -> Iterator[LakeObject]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Contents", []):
                modified = iso_second(found["LastModified"].timestamp())
                yield LakeObject(found["Key"], found["Size"], modified)

    def read(self, key: str) -> bytes | None:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None

    def open(self, key: str) -> BinaryIO:
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- who asks for it closes it
        self._s3.download_fileobj(self._bucket, key, file)
        file.seek(0)
        return file

    def write(self, key: str, content: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)

    def publish(self, staged_key: str, key: str) -> None:
        # In parts where it is large; the object appears when all of them are there.
        self._s3.copy({"Bucket": self._bucket, "Key": staged_key}, self._bucket, key)

    def remove(self, prefix: str) -> None:
        keys = [found.key for found in self.list(prefix)]
        for start in range(0, len(keys), _KEYS_PER_REQUEST):
            batch = [{"Key": key} for key in keys[start : start + _KEYS_PER_REQUEST]]
            answer = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True})
            if answer.get("Errors"):
                raise OSError(f"{len(answer['Errors'])} objects under {prefix} could not be removed")

    def spark_path(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"
