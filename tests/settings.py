"""The settings of the tests: those of the product over plain HTTP, with the pages of the demo."""

import os

import pytest

FOR_TESTS = {
    "SECRET_KEY": "a key for tests alone, of 32 characters",
    "SECURE": "0",
    "LOG_FORMAT": "line",
}
# Not left in the environment, which programs that are started by tests inherit.
with pytest.MonkeyPatch.context() as patch:
    for name, value in FOR_TESTS.items():
        patch.setenv(name, os.environ.get(name, value))
    from config.settings import *  # noqa: F403

# Tests set DEMO where they ask for the demonstration; without it its pages answer 404.
ROOT_URLCONF = "config.demo.urls"
TEMPLATES[0]["OPTIONS"]["context_processors"].append("config.demo.shown_people.demo")  # type: ignore[index]  # noqa: F405
# Files under their own names: none is collected.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys over plain HTTP
