"""What a replica that does not answer raises: below the engine, which stands below the settings."""


class ReadAtPrimary(BaseException):
    """The request is begun anew, on the primary. The error of the replica is its cause.

    Not an Exception, so that no view and no library takes it for an error of its own.
    """
