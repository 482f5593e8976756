"""Exit statuses, and which of them an error ends with."""

from postgraft.vocabulary.errors import PostgraftError, UnwritableError

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


def status_of(error: Exception) -> int:
    """A mistake in the input, or a failure."""
    from postgraft.reports.errors import NotebookFailedError

    mistake = isinstance(error, PostgraftError) and not isinstance(
        error, NotebookFailedError | UnwritableError
    )
    return BAD_INPUT if mistake else FAILED
