"""Everything a trial asks about beyond the cytopenia: infections, GVHD, other drugs, disease, chart reviews."""

from __future__ import annotations

import random
from collections.abc import Callable

from .draws import Plan, chance, edge, near, subset

QUALITATIVE = ("positive", "negative", "indeterminate", "detected", "not_detected")
ADJUDICABLE = (
    "immune_cytopenia.aiha", "immune_cytopenia.itp", "immune_cytopenia.prca", "immune_cytopenia",
    "incomplete_response", "remission", "neutrophil_engraftment", "platelet_engraftment", "consent", "hepatitis",
)  # fmt: skip
GVHD_DRUGS = (
    "ruxolitinib", "tacrolimus", "cyclosporine", "sirolimus", "prednisone", "methylprednisolone", "methotrexate",
    "belumosudil",
)  # fmt: skip
HCV_ANTIVIRALS = ("sofosbuvir", "ledipasvir", "glecaprevir", "ribavirin")
UPPER_LIMITS = {"creatinine": (1.0, 1.3), "alt": (40.0,), "ast": (40.0,), "bilirubin_total": (1.0, 1.2)}


def _texts(r: random.Random, plan: Plan, analytes: tuple[str, ...], most: int) -> None:
    for _ in range(1 + r.randrange(most)):
        day = plan.any_day(r) if chance(r, 0.6) else plan.around(r)
        plan.add("measurements", day=day, analyte=r.choice(analytes), result=r.choice(QUALITATIVE))


def _conditions(r: random.Random, plan: Plan, names: tuple[str, ...], most: int = 2) -> None:
    for _ in range(1 + r.randrange(most)):
        start, end = plan.span(r)
        plan.add("conditions", start_day=start, end_day=end, condition=r.choice(names))


def _drug(r: random.Random, plan: Plan, drugs: tuple[str, ...], purposes: tuple[str | None, ...]) -> None:
    start, end = plan.span(r)
    plan.add(
        "medications",
        start_day=start, end_day=end, drug=r.choice(drugs), dose=r.choice((100.0, None)), dose_unit="mg/day",
        route=None, purpose=r.choice(purposes),
    )  # fmt: skip


def hepatitis(r: random.Random, plan: Plan) -> None:
    analytes = ("hbsag", "anti_hbc", "hbv_dna", "anti_hbs", "anti_hcv", "hcv_rna", "hav_igm")
    _texts(r, plan, analytes, 5)
    if chance(r, 0.5):
        plan.add("measurements", day=r.randrange(-30, 100), analyte="anti_hcv", result="positive")
    if chance(r, 0.6):
        purposes = ("infection_treatment", "infection_prophylaxis", None)
        _drug(r, plan, ("sofosbuvir", "entecavir", "ledipasvir", "lamivudine"), purposes)
    if chance(r, 0.3):
        _conditions(r, plan, ("hepatitis_a", "hepatitis_b_active", "hepatitis_c_active"))


def hepatitis_c(r: random.Random, plan: Plan) -> None:
    """Antibody, RNA, drugs and condition in any order of time; drugs from the day asked about or from before."""
    first = r.choice((-20, 0, 40, plan.fall))
    antibody = r.choice(("positive", "positive", None, "negative", "indeterminate"))
    if antibody is not None:
        plan.add("measurements", day=first, analyte="anti_hcv", result=antibody)
    for result in subset(r, ("detected", "not_detected", "indeterminate"), 2):
        day = first + r.choice((0, 1, 30, 90))
        plan.add("measurements", day=day, analyte="hcv_rna", result=result)
    if chance(r, 0.7):
        start = r.choice((plan.fall, first + 30, 46, 45, plan.up))
        end = None if chance(r, 0.3) else start + r.choice((83, 0, 1, 20))
        plan.add(
            "medications",
            start_day=start, end_day=end, drug=r.choice(HCV_ANTIVIRALS), dose=400.0, dose_unit="mg/day", route="oral",
            purpose=r.choice(("infection_treatment", None, "infection_prophylaxis")),
        )  # fmt: skip
    if chance(r, 0.4):
        start = first + r.choice((0, 1, 30, -10))
        end = None if chance(r, 0.5) else start + r.choice((60, 100))
        plan.add("conditions", start_day=start, end_day=end, condition="hepatitis_c_active")


def hiv(r: random.Random, plan: Plan) -> None:
    _texts(r, plan, ("hiv_screen", "hiv_rna"), 3)
    if chance(r, 0.2):
        _conditions(r, plan, ("hiv",), 1)


def pregnancy(r: random.Random, plan: Plan) -> None:
    _texts(r, plan, ("pregnancy_test",), 4)
    if chance(r, 0.5):
        _conditions(r, plan, ("pregnant", "not_childbearing"))
    if chance(r, 0.5):  # as old as a pregnancy can be
        day = r.choice((plan.up, plan.fall, plan.last)) - r.choice((300, 299, 301, 290))
        if chance(r, 0.7):
            plan.add("measurements", day=day, analyte="pregnancy_test", result="positive")
        else:
            plan.add("conditions", start_day=day, end_day=None, condition="pregnant")


def microangiopathy(r: random.Random, plan: Plan) -> None:
    _texts(r, plan, ("schistocytes",), 3)
    if chance(r, 0.5):
        _conditions(r, plan, ("ta_tma",), 1)


def gvhd(r: random.Random, plan: Plan) -> None:
    for _ in range(1 + r.randrange(3)):
        start, end = plan.span(r)
        plan.add(
            "conditions",
            start_day=start, end_day=end, condition=r.choice(("acute_gvhd", "chronic_gvhd")),
            grade=r.choice((2.0, None, 4.0, 0.0, 3.0)),
            detail=r.choice(("responsive", None, "untreated", "refractory", "stable")),
        )  # fmt: skip
    if chance(r, 0.5):
        _changing_gvhd(r, plan)
    for _ in range(r.choice((1, 0, 2))):
        _drug(r, plan, GVHD_DRUGS, ("gvhd", None, None))


def _changing_gvhd(r: random.Random, plan: Plan) -> None:
    """A row for every change of grade or detail; its own end may lie after the next row, which ends it."""
    condition, start = r.choice(("acute_gvhd", "chronic_gvhd")), plan.around(r)
    for grade in (2.0, r.choice((3.0, 2.0, 4.0)), r.choice((0.0, 1.0, 0.0)), 2.0)[: 2 + r.randrange(3)]:
        step = r.choice((14, 7, 30, 1, 0))
        plan.add(
            "conditions",
            start_day=start, end_day=r.choice((None, start + step, start + step + 30)), condition=condition,
            grade=grade, detail=r.choice(("responsive", "untreated", None, "refractory")),
        )  # fmt: skip
        start += step


def uncontrolled(r: random.Random, plan: Plan) -> None:
    names = (
        "uncontrolled_infection",
        "study_drug_hypersensitivity",
        "anti_cd38_intolerance",
        "steroid_intolerance",
        "premedication_contraindication",
    )
    _conditions(r, plan, names)


def investigational(r: random.Random, plan: Plan) -> None:
    for _ in range(1 + r.randrange(2)):
        start, end = plan.span(r)
        daily = chance(r, 0.6)
        plan.add(
            "medications",
            start_day=start, end_day=end if daily else None,
            drug=r.choice(("unheard_of", "daratumumab", "ibrutinib", "isatuximab", "bortezomib")),
            dose=1.0, dose_unit="mg/day" if daily else "mg", route=None, purpose="investigational",
            half_life_days=r.choice((None, None, 2.8, 2.9, 0.5, 10.0, 28.0)),
        )  # fmt: skip


def maintenance(r: random.Random, plan: Plan) -> None:
    drugs = ("sorafenib", "midostaurin", "tacrolimus", "azacitidine", "unheard_of")
    _drug(r, plan, drugs, (None, "relapse_prevention", "gvhd", "other", "immune_cytopenia"))


def growth_factors(r: random.Random, plan: Plan) -> None:
    start = plan.around(r)
    drug = r.choice(("filgrastim", "epoetin", "pegfilgrastim", "darbepoetin"))
    dose, unit = r.choice(((300.0, "mcg/day"), (5.0, "mcg/kg/day"), (40000.0, "U"), (None, "mcg/day"), (6.0, "mg")))
    for _ in range(1 + r.randrange(4)):
        daily = unit.endswith("day")
        end = (None if chance(r, 0.15) else start + r.choice((0, 6, 13, 14, 15, 27))) if daily else None
        changed = dose * 2 if dose is not None and chance(r, 0.15) else dose
        plan.add(
            "medications",
            start_day=start, end_day=end, drug=drug, dose=changed, dose_unit=unit, route=None,
            purpose=r.choice((None, "other", "immune_cytopenia")),
        )  # fmt: skip
        start = (start if end is None else end) + r.choice((1, 7, 14, 27, 28, 0))


def organs(r: random.Random, plan: Plan) -> None:
    """Four analytes side by side, for one without a result hides the others."""
    for _ in range(1 + r.randrange(6)):
        day = plan.any_day(r)
        for analyte, limits in UPPER_LIMITS.items():
            limit = r.choice(limits)
            upper = None if chance(r, 0.1) else limit
            value = round(limit * r.choice((1.0, 2.0, 2.1, 1.5, 3.0)), 6)
            plan.add("measurements", day=day, analyte=analyte, value=value, upper_limit=upper)


def adjudications(r: random.Random, plan: Plan) -> None:
    names = subset(r, ADJUDICABLE, 3) or ["immune_cytopenia.aiha"]
    for _ in range(1 + r.randrange(3)):
        start, end = plan.span(r)
        verdict = r.choice(("PASS", "PASS", "FAIL", "UNKNOWN"))
        plan.add(
            "adjudications", criterion=r.choice(names), start_day=start, end_day=end, verdict=verdict, source="chart"
        )
        if chance(r, 0.3):  # on the same days
            plan.add(
                "adjudications",
                criterion=r.choice(names), start_day=start, end_day=start + edge(r), verdict=r.choice(("FAIL", "PASS")),
            )  # fmt: skip


def disease(r: random.Random, plan: Plan) -> None:
    if not chance(r, 0.1):
        day = r.choice((30, 0, -10, 28)) if chance(r, 0.8) else _as_old_as_remission(r, plan)
        plan.add("disease_status", day=day, status="remission")
    for _ in range(r.choice((0, 0, 0, 1, 2))):
        statuses = ("remission", "relapse", "progression", "active")
        plan.add("disease_status", day=plan.any_day(r), status=r.choice(statuses))


def _as_old_as_remission(r: random.Random, plan: Plan) -> int:
    """So that it counts until about a turning point, where the table is not complete."""
    return r.choice((plan.up, plan.fall, plan.last)) - near(r, 180, 1)


FAMILIES: tuple[tuple[float, Callable[[random.Random, Plan], None]], ...] = (
    (1.0, disease),
    (0.15, hepatitis),
    (0.1, hepatitis_c),
    (0.1, hiv),
    (0.2, pregnancy),
    (0.1, microangiopathy),
    (0.2, gvhd),
    (0.1, uncontrolled),
    (0.12, investigational),
    (0.12, maintenance),
    (0.2, growth_factors),
    (0.25, organs),
    (0.2, adjudications),
)


def surroundings(r: random.Random, plan: Plan) -> None:
    """In a third of the patients nothing else is the matter, so that some are eligible."""
    clean = chance(r, 0.35)
    for share, family in FAMILIES:
        if share == 1.0 or (not clean and chance(r, share)):
            family(r, plan)
