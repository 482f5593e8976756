"""What the specs of the work-up share (I5a to I5d): tests, and no other cause, make a low count immune."""

from spec.patient import FAIL, PASS, UNKNOWN, criterion

is_aiha = criterion("immune_cytopenia.aiha")
is_itp = criterion("immune_cytopenia.itp")
is_prca = criterion("immune_cytopenia.prca")

# where the diagnosis is not on file UNKNOWN would become FAIL, and the elements could not be told apart
OPEN = {"absent_diagnosis": "ignored"}
VERDICTS = {PASS: {89: FAIL, 90: PASS}, FAIL: {89: FAIL, 90: FAIL}, UNKNOWN: {89: FAIL, 90: UNKNOWN}}
