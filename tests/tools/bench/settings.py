"""The project's own settings, with one more page: the bare one that the others are measured by."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.tools.bench.addresses"
# One person asks the same again and again.
MAX_REQUESTS_A_MINUTE = dict.fromkeys(MAX_REQUESTS_A_MINUTE, 1_000_000)  # noqa: F405
