"""What can go wrong between a notebook and its report."""

from postgraft.vocabulary.errors import PostgraftError


class ReportError(PostgraftError):
    """A report that cannot be made as asked: unknown notebook or parameter, wrong type, unusable input."""


class NotebookFailedError(ReportError):
    """A cell that failed for a reason that is not the user's input."""
