"""Why viral hepatitis and HIV allow entry or not."""

from __future__ import annotations

from postgraft.criteria import infection
from postgraft.criteria.concepts.records import condition_rows
from postgraft.eligibility.explanations.case import Case
from postgraft.eligibility.explanations.reason import Reason, Used, decisive
from postgraft.eligibility.explanations.wording import listed, name_of
from postgraft.vocabulary.verdicts import FAIL, PASS, UNKNOWN


def explain_hepatitis(case: Case) -> Reason:
    return decisive([_hepatitis_a(case), _hepatitis_b(case), _hepatitis_c(case)])


def _latest(case: Case, *analytes: str) -> dict[str, Used]:
    """The latest result ever of each analyte that has one."""
    found = {analyte: case.result(analyte, None) for analyte in analytes}
    return {analyte: used for analyte, used in found.items() if used}


def _ever_positive(case: Case, analyte: str) -> tuple[Used, ...]:
    rows = case.block.measure(analyte).events
    first = int(rows.day.min()) if len(rows) else 0
    return tuple(u for u in case.results(analyte, first, case.day) if u.result in ("positive", "detected"))[
        :1
    ]


def _positive(results: dict[str, Used], *analytes: str) -> list[Used]:
    return [results[a] for a in analytes if a in results and results[a].result in ("positive", "detected")]


def _condition(case: Case, name: str, state: int) -> list[Used]:
    return [used for active, used in case.named_conditions(name) if active == state]


def _infection(case: Case, name: str, test: str, state: int) -> list[Used]:
    """Rows of an infection that are in that state though no later test failed to detect the virus."""
    rows = condition_rows(case.block, name)
    rows = infection.until_no_virus(case.block, rows.where(rows.day <= case.day), test)
    return [used for active, used in case.conditions(rows) if active == state]


def _settled(kind: str, results: dict[str, Used], reading: str = "") -> str:
    """Why nothing stands in the way, under a reading where there are several."""
    if results:
        return (
            f"{kind}: {listed([row.finding for row in results.values()])}, nothing that shows active disease"
        )
    under = f"; under the reading {reading}" if reading else "; as the record is worded,"
    return f"{kind}: no test and no disease on record{under} only a known infection counts"


def _findings(kind: str, rows: list[Used]) -> str:
    return f"{kind}: {listed([row.finding for row in rows])}"


def _hepatitis_a(case: Case) -> Reason:
    verdict = case.at(infection.hepatitis_a(case.block, case.p))
    results = _latest(case, "hav_igm")
    rows = (*results.values(), *(used for _, used in case.named_conditions("hepatitis_a")))
    if verdict == FAIL:
        text = _findings("hepatitis A", _condition(case, "hepatitis_a", PASS))
    elif verdict == UNKNOWN:
        open_ = _condition(case, "hepatitis_a", UNKNOWN) or _positive(results, "hav_igm")
        text = (
            _findings("hepatitis A", open_)
            + " leaves it open; a recorded diagnosis or a later IgM would settle it"
        )
    else:
        text = _settled("hepatitis A", results)
    return Reason(verdict, text, rows)


def _antivirals(case: Case, drugs: tuple[str, ...], begun_before: bool, for_infection: bool) -> list[Used]:
    rows = case.rows("medications", lambda rows: rows.isin("drug", drugs))
    rows = rows.where(rows["end"] >= case.day)
    if begun_before:
        rows = rows.where(rows.day < case.day)
    if for_infection:
        rows = rows.where(rows.isin("purpose", ("infection_treatment",)))
    return list(case.drugs(rows))


def _hepatitis_b(case: Case) -> Reason:
    verdict, p = case.at(infection.hepatitis_b(case.block, case.p)), case.p
    results = _latest(case, "hbsag", "hbv_dna", "anti_hbc")
    treated = _antivirals(case, p.hbv_antivirals, False, True)
    exposed = _ever_positive(case, "anti_hbc")
    rows = (*results.values(), *treated, *(used for _, used in case.named_conditions("hepatitis_b_active")))
    if verdict == FAIL:
        active = _infection(case, "hepatitis_b_active", "hbv_dna", PASS)
        text = _findings("hepatitis B", active + _positive(results, "hbsag", "hbv_dna") + treated)
    elif verdict == UNKNOWN and (lapsed := _infection(case, "hepatitis_b_active", "hbv_dna", UNKNOWN)):
        text = _findings("hepatitis B", lapsed) + " may be over or not"
    elif verdict == UNKNOWN and exposed and "hbv_dna" not in results:
        text = f"hepatitis B: {exposed[0].finding} without a test for its DNA; a result of hbv_dna would settle it"
    elif verdict == UNKNOWN:
        text = (
            f"hepatitis B: the reading {p.hepatitis_reading} asks for a negative {name_of('hbsag')} and either DNA not "
            "detected or a negative core antibody; measurements lacks one of them"
        )
    else:
        text = _settled("hepatitis B", results, p.hepatitis_reading)
    return Reason(verdict, text, (*rows, *exposed))


def _hepatitis_c(case: Case) -> Reason:
    verdict, p = case.at(infection.hepatitis_c(case.block, case.p)), case.p
    results = _latest(case, "anti_hcv", "hcv_rna")
    exposed = _ever_positive(case, "anti_hcv")
    under_way = _antivirals(case, p.hcv_antivirals, True, False) if exposed else []
    for_infection = _antivirals(case, p.hcv_antivirals, False, True)
    active = _infection(case, "hepatitis_c_active", "hcv_rna", PASS)
    diagnosed = _condition(case, "hepatitis_c_active", PASS)
    today = _antivirals(case, p.hcv_antivirals, False, False)
    rows = (*results.values(), *exposed, *today, *diagnosed)
    if under_way:
        means = "accepts" if p.hepatitis_treatment == "exclusion_note" else "does not accept"
        text = (
            _findings("hepatitis C", [*exposed, *under_way])
            + f"; the reading {p.hepatitis_treatment} {means} it"
        )
    elif verdict == FAIL:
        treated = for_infection if p.hepatitis_treatment == "inclusion_strict" else []
        text = _findings("hepatitis C", active + _positive(results, "hcv_rna") + treated)
    elif verdict == UNKNOWN and (disease := diagnosed + _positive(results, "hcv_rna")) and _open(case, today):
        why = listed([row.finding for row in today]) if today else case.undeclared("medications")
        text = (
            _findings("hepatitis C", disease)
            + f"; treatment begun before, which the reading {p.hepatitis_treatment} accepts, may be under way: {why}"
        )
    elif verdict == UNKNOWN and (lapsed := _infection(case, "hepatitis_c_active", "hcv_rna", UNKNOWN)):
        text = _findings("hepatitis C", lapsed) + " may be over or not"
    elif verdict == UNKNOWN and exposed:
        text = f"hepatitis C: {exposed[0].finding} without a conclusive test for its RNA; hcv_rna would settle it"
    elif verdict == UNKNOWN:
        text = (
            f"hepatitis C: the reading {p.hepatitis_reading} asks for a negative {name_of('anti_hcv')} or RNA not "
            "detected; measurements has neither"
        )
    else:
        text = _settled("hepatitis C", results, p.hepatitis_reading)
    return Reason(verdict, text, rows)


def _open(case: Case, antivirals: list[Used]) -> bool:
    """Whether accepted treatment may be under way that is not on file."""
    unrecorded = bool(antivirals) or not case.block.complete.table("medications")
    return unrecorded and case.p.hepatitis_treatment == "exclusion_note"


def explain_hiv(case: Case) -> Reason:
    verdict, p = case.at(infection.hiv(case.block, case.p)), case.p
    results = _latest(case, "hiv_screen", "hiv_rna")
    conditions = [used for _, used in case.named_conditions("hiv")]
    rna, screen = _ever_positive(case, "hiv_rna"), _ever_positive(case, "hiv_screen")
    if verdict == FAIL:
        text = _findings("HIV infection", [*conditions, *rna])
    elif verdict == UNKNOWN and screen:
        text = f"{screen[0].finding} without a proof of infection; a recorded diagnosis would settle it"
    elif verdict == UNKNOWN:
        text = f"the reading {p.hiv_reading} asks for a negative test; measurements has none (hiv_screen, hiv_rna)"
    elif results:
        text = f"{listed([row.finding for row in results.values()])}, no infection on record"
    else:
        text = f"no HIV infection and no test on record; under the reading {p.hiv_reading} only a known one counts"
    return Reason(verdict, text, (*results.values(), *conditions, *rna, *screen))
