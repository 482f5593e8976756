"""Everything a trial asks about beyond the cytopenia: infections, GVHD, other drugs, disease, chart reviews."""

from __future__ import annotations

import random
from collections.abc import Callable

from .draws import Plan, chance, edge, subset

QUALITATIVE = ("positive", "negative", "indeterminate", "detected", "not_detected")
ADJUDICABLE = (
    "immune_cytopenia.aiha", "immune_cytopenia.itp", "immune_cytopenia.prca", "immune_cytopenia",
    "incomplete_response", "remission", "neutrophil_engraftment", "platelet_engraftment", "consent", "hepatitis",
)  # fmt: skip


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


def hiv(r: random.Random, plan: Plan) -> None:
    _texts(r, plan, ("hiv_screen", "hiv_rna"), 3)
    if chance(r, 0.2):
        _conditions(r, plan, ("hiv",), 1)


def pregnancy(r: random.Random, plan: Plan) -> None:
    _texts(r, plan, ("pregnancy_test",), 4)
    if chance(r, 0.5):
        _conditions(r, plan, ("pregnant", "not_childbearing"))


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
        _drug(r, plan, ("ruxolitinib", "tacrolimus", "cyclosporine", "prednisone"), ("gvhd",))


def uncontrolled(r: random.Random, plan: Plan) -> None:
    names = (
        "uncontrolled_infection",
        "study_drug_hypersensitivity",
        "anti_cd38_intolerance",
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
    dose, unit = r.choice(
        ((300.0, "mcg/day"), (5.0, "mcg/kg/day"), (40000.0, "U"), (None, "mcg/day"), (6.0, "mg"))
    )
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
        for analyte in ("creatinine", "alt", "ast", "bilirubin_total"):
            upper = None if chance(r, 0.1) else r.choice((1.0, 40.0))
            value = round((upper or 1.0) * r.choice((1.0, 2.0, 2.1, 1.5, 3.0)), 6)
            plan.add("measurements", day=day, analyte=analyte, value=value, upper_limit=upper)


def adjudications(r: random.Random, plan: Plan) -> None:
    names = subset(r, ADJUDICABLE, 3) or ["immune_cytopenia.aiha"]
    for _ in range(1 + r.randrange(3)):
        start, end = plan.span(r)
        verdict = r.choice(("PASS", "PASS", "FAIL", "UNKNOWN"))
        plan.add(
            "adjudications",
            criterion=r.choice(names),
            start_day=start,
            end_day=end,
            verdict=verdict,
            source="chart",
        )
        if chance(r, 0.3):  # on the same days
            plan.add(
                "adjudications",
                criterion=r.choice(names), start_day=start, end_day=start + edge(r), verdict=r.choice(("FAIL", "PASS")),
            )  # fmt: skip


def disease(r: random.Random, plan: Plan) -> None:
    if not chance(r, 0.1):
        plan.add("disease_status", day=r.choice((30, 0, -10, 28)), status="remission")
    for _ in range(r.choice((0, 0, 0, 1, 2))):
        statuses = ("remission", "relapse", "progression", "active")
        plan.add("disease_status", day=plan.any_day(r), status=r.choice(statuses))


FAMILIES: tuple[tuple[float, Callable[[random.Random, Plan], None]], ...] = (
    (1.0, disease),
    (0.15, hepatitis),
    (0.1, hiv),
    (0.15, pregnancy),
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
