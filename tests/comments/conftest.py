"""Fixtures for every test that meets a broker which fails."""

from tests.failing_servers import broker_away, broker_that_hangs, broker_that_is_full

__all__ = ["broker_away", "broker_that_hangs", "broker_that_is_full"]
