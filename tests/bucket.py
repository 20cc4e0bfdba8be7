"""An S3 on this machine, over HTTP: moto's, with a bucket for each test that asks for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import boto3

KEY, SECRET = "key-of-tests", "secret-of-tests"
_numbers = count()


class S3:
    """A server that has been started."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def bucket(self) -> str:
        """Make an empty bucket."""
        name = f"files-{next(_numbers)}"
        self.client.create_bucket(Bucket=name)
        return name

    def storage(self, bucket: str, **changes: str) -> dict[str, Any]:
        """Return Django's setting for one."""
        where = {"endpoint": self.endpoint, "bucket": bucket, "region": "us-east-1"}
        named = where | {"key": KEY, "secret": SECRET} | changes
        return {"BACKEND": "marketplace.kit.storage.Bucket", "OPTIONS": named}


@contextmanager
def serving() -> Iterator[S3]:
    """Serve during the block."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 (takes a second)

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield S3(f"http://{host}:{port}")
    finally:
        server.stop()
