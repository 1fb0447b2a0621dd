"""Files in a bucket of S3, where one is set."""

from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config


def files_in_bucket(name: str) -> dict[str, Any]:
    """The storage of Django for a bucket.

    Where the bucket is, and by which keys, its library reads from the variables AWS_….
    """
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name,
            "max_memory_size": 2 * 1024 * 1024,  # of a file while it is handed out
            # What is uploaded is made meanwhile: in this thread, with its language and database.
            "transfer_config": TransferConfig(use_threads=False),
            "client_config": Config(
                connect_timeout=5,  # seconds
                read_timeout=20,
                retries={"total_max_attempts": 2},
                s3={"addressing_style": "path"},  # every server of S3 knows it
            ),
        },
    }
