"""Fixtures for every test of mails that meets a server which fails."""

from tests.failing_servers import mail_server_that_hangs

__all__ = ["mail_server_that_hangs"]
