"""Hides the secrets of addresses that need no sign-in from the log."""

import logging
import re

# Addresses that end in a secret: a calendar, an invitation, a sign-in link, a stop link.
SECRET_PATH = re.compile(r"/(calendar|invitation|sign-in|stop-mail)/[^/\s?]+")


class SecretPathFilter(logging.Filter):
    """A handler's filter that keeps the line but for the secret, and so the kind of address."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        withheld = SECRET_PATH.sub(r"/\1/…", line)
        if withheld != line:
            record.msg, record.args = withheld, None
        return True
