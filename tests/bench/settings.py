"""The project's own settings, with one more page: the bare one that the others are measured by."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.addresses"
