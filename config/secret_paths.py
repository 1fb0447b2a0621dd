"""Addresses that open something without sign-in: their secret stands in no log line."""

import logging
import re

# The rooms' addresses that end in a secret: a calendar, an invitation, a sign-in link, a stop link.
SECRET = re.compile(r"/(calendar|invitation|sign-in|stop-mail)/[^/\s?]+")


class SecretsWithheld(logging.Filter):
    """A handler's filter: the line stays, and says which kind of address it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        withheld = SECRET.sub(r"/\1/…", line)
        if withheld != line:
            record.msg, record.args = withheld, None
        return True
