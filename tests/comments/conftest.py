"""Fixtures for every test that meets a server which fails."""

from tests.failing_servers import (
    broker_away,
    broker_that_hangs,
    broker_that_is_full,
    mail_server_that_hangs,
)

__all__ = ["broker_away", "broker_that_hangs", "broker_that_is_full", "mail_server_that_hangs"]
