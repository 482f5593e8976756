"""Errors that are the user's to mend; the command line prints them without a traceback."""


class PostgraftError(Exception):
    """Base of every error that a user's input can cause."""


class ProtocolError(PostgraftError):
    """A protocol, parameter or amendment that is not allowed; the message lists what is."""
