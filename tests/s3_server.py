"""A server that speaks S3, on loopback: nothing is read from it without a signature."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

# What its library reads; the keys are the server's to check.
KEYS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@dataclass(frozen=True)
class Bucket:
    """A bucket of the test's own, and where its server is."""

    name: str
    address: str
    server: ThreadedMotoServer

    @property
    def client(self) -> Any:
        return boto3.client("s3")

    def files(self) -> list[str]:
        found = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return sorted(entry["Key"] for entry in found)

    def begun(self) -> list[str]:
        """Files that were begun in parts and not ended."""
        found = self.client.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        return [entry["Key"] for entry in found]

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Its server is away, and then there again with the same files."""
        where = self.server.get_host_and_port()
        self.server.stop()
        try:
            yield
        finally:
            self.server._port = where[1]
            self.server.start()

    def put(self, name: str) -> None:
        self.client.put_object(Bucket=self.name, Key=name, Body=b"")


@contextmanager
def s3_server() -> Iterator[Bucket]:
    """The server runs while the block does; the environment of this process leads to it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL_S3": address}.items():
            patch.setitem(os.environ, name, value)
        bucket = Bucket(f"papers-{uuid4()}", address, server)
        bucket.client.create_bucket(Bucket=bucket.name)
        yield bucket
    server.stop()
