"""Hides the secrets of addresses that need no sign-in from the log."""

import logging
import re

# Addresses that end in a secret: a calendar, an invitation, a sign-in link, a stop link, a link for
# a new password.
SECRET_PATH = re.compile(
    r"/(calendar|invitation|sign-in|stop-mail|account/password/reset/key)/[^/\s?]+"
)


class SecretPathFilter(logging.Filter):
    """A handler's filter that keeps the line but for the secret, and so the kind of address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Hide the secret in the record; it is always written."""
        line = record.getMessage()
        line_without_secret = SECRET_PATH.sub(r"/\1/…", line)
        if line_without_secret != line:
            record.msg, record.args = line_without_secret, None
        return True
