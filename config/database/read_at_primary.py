"""The exception for a replica that does not answer.

It has a module of its own, without imports, because the database engine is loaded very early.
"""


class ReadAtPrimary(BaseException):
    """The exception raised to repeat a request on the primary. Its cause is the replica's error.

    Not an Exception, so that no view and no library catches it as an error of its own.
    """
