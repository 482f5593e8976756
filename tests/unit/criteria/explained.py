"""What one criterion's explanation of a written patient says."""

from spec.patient import outcome


def row(patient, day, name, **given):
    frame = outcome(patient, **given).explain("P1", day).set_index("criterion")
    return frame.loc[name]


def says(patient, day, name, *phrases, **given):
    """The reason of one criterion holds all the phrases; returns its row."""
    found = row(patient, day, name, **given)
    missing = [phrase for phrase in phrases if phrase not in found["reason"]]
    assert not missing, f"{missing} not in:\n{found['reason']}"
    return found
