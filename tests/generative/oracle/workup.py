"""Work-up verdicts of the three cytopenias on a day d, and the analytes each work-up reads."""

from __future__ import annotations

from .kleene import FAIL, PASS, UNKNOWN, Verdict, all_of, at_least, either, gt, lt, negate, verdict
from .record import Record

HEMOLYSIS = (
    "reticulocytes_percent",
    "reticulocytes",
    "ldh",
    "haptoglobin",
    "bilirubin_indirect",
    "bilirubin_total",
    "bilirubin_direct",
)


def analytes(name: str, settings: dict[str, object]) -> tuple[str, ...]:
    """What the work-up, as it is set, reads."""
    if name == "aiha":
        return ("dat", *HEMOLYSIS)
    if name == "itp":
        return ("marrow_megakaryocytes",) if settings["megakaryocytes_required"] else ()
    counted = {"percent": ("reticulocytes_percent",), "absolute": ("reticulocytes",)}
    both = ("reticulocytes_percent", "reticulocytes")
    return (*counted.get(str(settings["prca_reticulocyte_rule"]), both), "parvovirus_b19")


def workup(name: str, record: Record, d: int) -> Verdict:
    return {"aiha": aiha, "itp": itp, "prca": prca}[name](record, d)


def aiha(record: Record, d: int) -> Verdict:
    return min(direct_antiglobulin(record, d), hemolysis(record, d))


def direct_antiglobulin(record: Record, d: int) -> Verdict:
    dat = record.latest("dat", d, record.settings["dat_window_days"])
    if dat is None or dat.text == "indeterminate":
        return UNKNOWN
    if dat.positive():
        return PASS
    reading = record.settings["dat_negative_aiha"]
    if reading == "included":
        return record.none_active(record.settings["hemolysis_other_causes"], d)
    return {"open": UNKNOWN, "excluded": FAIL}[reading]


def hemolysis(record: Record, d: int) -> Verdict:
    markers = [
        either([increased(record, "reticulocytes_percent", d), increased(record, "reticulocytes", d)]),
        increased(record, "ldh", d),
        haptoglobin_decreased(record, d),
        indirect_bilirubin_increased(record, d),
    ]
    return at_least(record.settings["hemolysis_markers_min"], markers)


def increased(record: Record, analyte: str, d: int) -> Verdict:
    result = record.latest(analyte, d, record.settings["chemistry_window_days"])
    if result is None:
        return UNKNOWN
    fallback, factor = (
        record.settings[f"{analyte}_upper_limit"],
        record.settings["reference_limit_factor_max"],
    )
    return verdict(result.above(fallback, factor))


def haptoglobin_decreased(record: Record, d: int) -> Verdict:
    result = record.latest("haptoglobin", d, record.settings["chemistry_window_days"])
    if result is None:
        return UNKNOWN
    fallback, factor = (
        record.settings["haptoglobin_lower_limit"],
        record.settings["reference_limit_factor_max"],
    )
    return verdict(result.below(fallback, factor))


def indirect_bilirubin_increased(record: Record, d: int) -> Verdict:
    measured = increased(record, "bilirubin_indirect", d)
    if measured != UNKNOWN:
        return measured
    first = d - record.settings["chemistry_window_days"] + 1
    total = {r.day: r.value for r in record.between("bilirubin_total", first, d)}
    direct = {r.day: r.value for r in record.between("bilirubin_direct", first, d)}
    both = sorted(set(total) & set(direct))
    if not both:
        return UNKNOWN
    difference = total[both[-1]] - direct[both[-1]]
    return verdict(gt(difference, record.settings["bilirubin_indirect_upper_limit"]))


def itp(record: Record, d: int) -> Verdict:
    causes = record.none_active(record.settings["itp_other_causes"], d)
    if not record.settings["megakaryocytes_required"]:
        return causes
    return min(causes, megakaryocytes(record, d))


def megakaryocytes(record: Record, d: int) -> Verdict:
    result = record.latest("marrow_megakaryocytes", d, record.settings["marrow_window_days"])
    if result is None or result.text == "indeterminate":
        return UNKNOWN
    return verdict(result.text in ("normal", "increased"))


def prca(record: Record, d: int) -> Verdict:
    return all_of(
        [
            reticulocytopenia(record, d),
            record.none_active(record.settings["prca_obvious_causes"], d),
            negate(parvovirus_detected(record, d)),
        ]
    )


def reticulocytopenia(record: Record, d: int) -> Verdict:
    percent = below(record, "reticulocytes_percent", d, record.settings["prca_reticulocyte_percent_below"])
    absolute = below(record, "reticulocytes", d, record.settings["prca_reticulocytes_below"])
    rule = record.settings["prca_reticulocyte_rule"]
    return {
        "either": either([percent, absolute]),
        "both": all_of([percent, absolute]),
        "percent": percent,
        "absolute": absolute,
    }[rule]


def below(record: Record, analyte: str, d: int, bound: float) -> Verdict:
    result = record.latest(analyte, d, record.settings["chemistry_window_days"])
    return UNKNOWN if result is None else verdict(lt(result.value, bound))


def parvovirus_detected(record: Record, d: int) -> Verdict:
    result = record.latest("parvovirus_b19", d, record.settings["chemistry_window_days"])
    return verdict(result is not None and result.positive())
