"""Kinds of loss of results. Diagnoses are not declared with them: else none recorded says no (`absent_diagnosis`)."""

from __future__ import annotations

from losses import allowed
from losses.cells import lose_sex
from losses.kind import kind
from losses.less import Less, Which, every
from losses.results import ONE_TEST, SEROLOGY, coded_all_along, lose_test, unrecorded


@kind(*allowed.DIAGNOSES)
def antiglobulin_tests(less: Less) -> None:
    """DAT; not a negative one where AIHA is coded, for a diagnosis fills what is unknown."""
    lose_test(less, "dat")


@kind(*allowed.DIAGNOSES)
def some_antiglobulin_tests(less: Less) -> None:
    """The same, one in two, where no other one is left in the 30 days up to it."""
    lose_test(less, "dat", less.some)


@kind(*allowed.DIAGNOSES)
def marrows(less: Less) -> None:
    """Megakaryocytes; not too few of them where ITP is coded."""
    lose_test(less, "marrow_megakaryocytes")


@kind(*allowed.DIAGNOSES)
def ldh(less: Less) -> None:
    """LDH; where AIHA is coded only if increased."""
    lose_test(less, "ldh")


@kind(*allowed.DIAGNOSES)
def haptoglobin(less: Less) -> None:
    """Haptoglobin; where AIHA is coded only if decreased."""
    lose_test(less, "haptoglobin")


@kind(*allowed.DIAGNOSES)
def bilirubin(less: Less) -> None:
    """Measured indirect, total and direct as one test; where AIHA is coded only a measured one that is increased."""
    lose_test(less, "bilirubin_indirect")


@kind(*allowed.DIAGNOSES)
def reticulocytes(less: Less) -> None:
    """Both measures as one test; where AIHA or PRCA is coded only if they speak for it."""
    lose_test(less, "reticulocytes_percent")


@kind()
def parvovirus_and_schistocytes(less: Less) -> None:
    """Results that found none, with everything declared: no result is no objection, so those that did are on file."""
    lose_test(less, "parvovirus_b19")
    lose_test(less, "schistocytes")


@kind(*allowed.DIAGNOSES)
def work_up(less: Less) -> None:
    """All of these tests."""
    _work_up(less, every)


@kind(*allowed.DIAGNOSES)
def some_of_the_work_up(less: Less) -> None:
    """One result in two of each, where none is left in its window."""
    _work_up(less, less.some)


@kind()
def work_up_with_diagnoses_declared(less: Less) -> None:
    """Tests of cytopenias that are coded from the first result on: so their absence says nothing on any day."""
    for test in ONE_TEST:
        if coded_all_along(less, test[0]):
            lose_test(less, test[0])


def _work_up(less: Less, wished: Which) -> None:
    for test in ONE_TEST:
        lose_test(less, test[0], wished)


@kind()
def serology(less: Less) -> None:
    """What was not found of hepatitis and HIV, up to the first result that is left, for the latest one counts."""
    for analyte in SEROLOGY:
        less.lose_these("measurements", unrecorded(less, (analyte,), less.some, allowed.serology))


@kind()
def serology_of_a_virus(less: Less) -> None:
    """All of hepatitis B, C or HIV, also what was found, where it must have been looked for (`documented_negative`).

    Not where active hepatitis or HIV is recorded, which a result may undo.
    """
    documented = less.p.hepatitis_reading == "documented_negative"
    viruses = (
        (allowed.HEPATITIS_B, documented, "hepatitis_b_active"),
        (allowed.HEPATITIS_C, documented, "hepatitis_c_active"),
        (allowed.HIV, less.p.hiv_reading == "documented_negative", "hiv"),
    )
    for analytes, asked, condition in viruses:
        if asked and not allowed.recorded(less, condition):
            less.lose("measurements", lambda row, analytes=analytes: row["analyte"] in analytes)


@kind()
def pregnancy_tests(less: Less) -> None:
    """Where none is left in 14 days: a positive one if nothing recorded says no, others if no positive one is left."""
    less.lose_these("measurements", unrecorded(less, ("pregnancy_test",), every, allowed.pregnancy_test))


@kind()
def sexes_and_pregnancy_tests(less: Less) -> None:
    """Sex first, if it agrees; then every test may be unrecorded, but of who is past childbearing."""
    lose_sex(less)
    less.lose_these("measurements", unrecorded(less, ("pregnancy_test",), every, allowed.pregnancy_test))
