"""What an operator sees of the running platform: health, metrics, logs, errors; no wording."""

from django.http import HttpRequest


def report_errors() -> None:
    """Start reporting errors where an address is set; the library is loaded only then."""
    from django.conf import settings

    if settings.SENTRY_DSN:
        from config.monitoring import error_tracker

        error_tracker.start(settings.SENTRY_DSN)
    if settings.OTLP_ENDPOINT:
        from config.monitoring import error_collector

        error_collector.start(settings.OTLP_ENDPOINT, settings.OTLP_HEADERS)


def report_request(request: HttpRequest, error: BaseException | None) -> None:
    """Report an error of a view to a collector, where one is set; for Sentry its library does."""
    from django.conf import settings

    if settings.OTLP_ENDPOINT:
        from config.monitoring import error_collector

        error_collector.report_request(request, error)
