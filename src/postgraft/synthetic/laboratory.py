"""Chemistry, haemolysis markers, antiglobulin tests, marrows: ordered by suspicion, often not at all.

Infection screening before the transplant with its reflex tests, pregnancy tests; and the results that a cohort has
more where every test is done, on each visit handed over, whoever was suspected.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from postgraft.synthetic.calibration import Bools, Dice, Floats, Ints, Texts
from postgraft.synthetic.people import SyntheticPatients
from postgraft.synthetic.visits import Cells

MEASURED: Final = ("ldh", "haptoglobin", "reticulocytes", "creatinine", "alt", "ast")
MARKERS: Final = (*MEASURED[:3], "bilirubin_total", "bilirubin_direct", "bilirubin_indirect", *MEASURED[3:])
KEY: Final = ["patient", "day", "analyte"]
ANSWERS: Final = {
    "dat": ("positive", "negative"),
    "marrow_megakaryocytes": ("normal", "increased", "decreased", "absent"),
    "schistocytes": ("positive", "negative"),
    "parvovirus_b19": ("detected", "not_detected"),
}
"""Tests of a work-up, and the results that answer what they are done for."""


@dataclass(frozen=True)
class Suspicion:
    """Spans in which a work-up is under way; one entry a span."""

    patient: Ints
    kind: Texts
    """Name of the illness behind the low counts."""
    start: Floats
    end: Floats

    def where(self, *kinds: str) -> "Suspicion":
        """The spans of the given illnesses."""
        mark = np.isin(self.kind.astype(str), kinds)
        return Suspicion(self.patient[mark], self.kind[mark], self.start[mark], self.end[mark])


def numbers(analyte: str, patient: Ints, day: Floats, value: Floats) -> pd.DataFrame:
    """Rows of `measurements` with a number in the canonical unit."""
    return pd.DataFrame({"patient": patient, "day": day, "analyte": analyte, "value": value})


def texts(analyte: str, patient: Ints, day: Floats, result: str | Texts | npt.NDArray[np.str_]) -> pd.DataFrame:
    """Rows of `measurements` with a result in words; rows without a day are left out."""
    made = pd.DataFrame({"patient": patient, "day": day, "analyte": analyte, "result": result})
    done: pd.DataFrame = made[np.isfinite(day)]
    return done


def count_rows(dice: Dice, cells: Cells, kept: Bools, blood: dict[str, Floats]) -> list[pd.DataFrame]:
    """Blood counts of the visits handed over, some of them done twice on one day."""
    made = []
    for analyte, values in blood.items():
        at = np.flatnonzero(kept & dice.happens(f"{analyte}_reported", len(kept)))
        made.append(numbers(analyte, cells.patient[at], cells.day[at], values[at]))
        twice = at[dice.happens("second_result_same_day", len(at))]
        repeat = values[twice] * np.exp(dice.noise("repeat_noise", len(twice)))
        made.append(numbers(analyte, cells.patient[twice], cells.day[twice], repeat))
    return made


def marker_rows(
    dice: Dice, people: SyntheticPatients, cells: Cells, kept: Bools, effect: dict[str, Floats], suspicion: Suspicion
) -> list[pd.DataFrame]:
    """Rows of numbers (canonical units) for every marker that was ordered in a visit."""
    worked_up = cells.inside(suspicion.patient, suspicion.start, suspicion.end)
    personal = {m: dice.draw(f"{m}_level", people.size)[cells.patient] for m in MARKERS}

    def varied(name: str, level: Floats) -> Floats:
        return level * np.exp(dice.noise("marker_noise", len(cells.day)))

    values = {name: varied(name, personal[name] * effect.get(name, 1.0)) for name in MEASURED}
    values |= {name: varied(name, personal[name]) for name in ("bilirubin_direct", "bilirubin_indirect")}
    values["bilirubin_indirect"] += np.maximum(effect["bilirubin_indirect"], 0)
    values["bilirubin_total"] = values["bilirubin_direct"] + values["bilirubin_indirect"]
    rows = []
    for name in MARKERS:
        chance = np.where(worked_up, dice[f"{name}_in_workup"], dice[f"{name}_routine"])
        at = np.flatnonzero(kept & dice.happens(chance, len(kept)))
        rows.append(numbers(name, cells.patient[at], cells.day[at], values[name][at]))
    return rows


def weight_rows(dice: Dice, people: SyntheticPatients, cells: Cells, kept: Bools) -> pd.DataFrame:
    """Weights at admission and now and then; some patients lose weight, some have none recorded."""
    known = ~dice.happens("weight_never_recorded", people.size)
    later = known[cells.patient] & kept & (cells.day > 0)
    at = np.flatnonzero(later & dice.happens("weight_in_visit", len(kept)))
    patient, days = cells.patient[at], cells.day[at]
    loss = dice["weight_loss"] * dice.rng.random(people.size)
    grown = 1 - loss[patient] * np.clip(days / dice["weight_loss_days"], 0, 1)
    who = np.flatnonzero(known)
    day = np.concatenate([np.full(len(who), -dice["weighed_days_before"]), days])
    value = np.concatenate([people.weight[who], people.weight[patient] * grown])
    return numbers("weight", np.concatenate([who, patient]), day, value)


def _once(dice: Dice, spans: Suspicion, chance: str | float, after: str) -> Floats:
    """The day of one test soon after the start of each span; NaN where it was not done."""
    day = spans.start + dice.days(after, len(spans.start))
    return np.where(dice.happens(chance, len(day)), day, np.nan)


def antiglobulin_rows(
    dice: Dice, suspicion: Suspicion, people: SyntheticPatients, last: Floats
) -> tuple[pd.DataFrame, Ints]:
    """Direct antiglobulin tests, and the patients who carry a positive one without haemolysis."""
    hemolysis = suspicion.where("aiha", "evans")
    n = len(hemolysis.patient)
    negative = dice.happens("dat_negative_aiha_fraction", n)
    first = _once(dice, hemolysis, 1 - dice["dat_not_sent"], "dat_after_days")
    later = hemolysis.start + dice.days("dat_repeat_days", n)
    repeated = dice.happens("dat_repeated", n)
    unclear = dice.happens("dat_indeterminate", n)
    repeat = np.where(negative, "negative", "positive")
    result = np.where(unclear & ~negative, "indeterminate", repeat)
    other = suspicion.where("prca", "ta_tma", "poor_graft_function", "passenger_lymphocyte", "drug_induced_hemolysis")
    elsewhere = _once(dice, other, "dat_in_other_anemia", "dat_after_days")
    screened = np.flatnonzero(dice.happens("dat_screened", people.size))
    screen_day = dice.days("dat_screen_day", len(screened))
    innocent = dice.happens("dat_positive_without_hemolysis_post_hct", len(screened))
    rows = [
        texts("dat", hemolysis.patient, first, result),
        texts("dat", hemolysis.patient[repeated], later[repeated], repeat[repeated]),
        texts("dat", other.patient, elsewhere, "negative"),
        texts("dat", screened, screen_day, np.where(innocent, "positive", "negative")),
    ]
    return pd.concat(rows), screened[innocent & (screen_day <= last[screened])]


def marrow_rows(dice: Dice, suspicion: Suspicion, people: SyntheticPatients) -> pd.DataFrame:
    """Megakaryocytes, where a marrow was taken for low counts or by routine and the report names them."""
    low = suspicion.where("itp", "evans", "poor_graft_function", "platelet_nonengraftment", "prca")
    day = _once(dice, low, "marrow_reported", "marrow_after_days")
    immune = np.isin(low.kind.astype(str), ("itp", "evans", "prca"))

    def result(amounts: tuple[str, ...], cause: str) -> Texts:
        return dice.choose({a: f"megakaryocytes_{a}_in_{cause}" for a in amounts}, len(low.patient))

    good = result(("normal", "increased", "decreased"), "itp")
    poor = result(("decreased", "absent", "normal"), "poor_graft")
    routine = np.flatnonzero(dice.happens("marrow_routine", people.size))
    days = np.array([dice[name] for name in dice.names("restaging_day_")])
    routine_day = days[dice.choose_index([1.0] * len(days), len(routine))]
    decreased = dice.happens("megakaryocytes_decreased_in_routine", len(routine))
    return pd.concat(
        [
            texts("marrow_megakaryocytes", low.patient, day, np.where(immune, good, poor)),
            texts("marrow_megakaryocytes", routine, routine_day, np.where(decreased, "decreased", "normal")),
        ]
    )


def workup_rows(dice: Dice, suspicion: Suspicion) -> pd.DataFrame:
    """Schistocytes and parvovirus where somebody thought of them."""
    microangiopathy = ("ta_tma", "ttp")
    fragments = dice.happens("schistocytes_positive_in_tma", len(suspicion.where(*microangiopathy).patient))
    made = []
    for analyte, kinds, chance, result in (
        ("schistocytes", microangiopathy, "schistocytes_in_tma", np.where(fragments, "positive", "negative")),
        ("schistocytes", ("aiha", "evans", "itp"), "schistocytes_in_anemia", "negative"),
        ("parvovirus_b19", ("prca",), "parvovirus_in_prca", "not_detected"),
        ("parvovirus_b19", ("parvovirus_b19",), 1.0, "detected"),
    ):
        spans = suspicion.where(*kinds)
        made.append(texts(analyte, spans.patient, _once(dice, spans, chance, "smear_after_days"), result))
    return pd.concat(made)


def screening_rows(dice: Dice, people: SyntheticPatients) -> tuple[pd.DataFrame, Bools, Bools]:
    """Rows of `measurements`; who has antibodies against the core of hepatitis B; who has C viraemia."""
    n, everyone = people.size, np.arange(people.size)
    day = -dice.days("screening_days_before", n)
    surface = dice.happens("hbsag_pos", n)
    core = surface | dice.happens("anti_hbc_pos", n)
    hepatitis_c = dice.happens("anti_hcv_pos", n)
    viremic = hepatitis_c & dice.happens(dice["hcv_rna_pos_at_index"] / dice["anti_hcv_pos"], n)
    hiv = dice.happens("hiv_pos", n)
    hiv_screen = hiv | dice.happens("hiv_screen_false_positive", n)
    screens = {"hbsag": surface, "anti_hbc": core, "anti_hcv": hepatitis_c, "hiv_screen": hiv_screen}
    reflexes = {"hbv_dna": (core, surface), "hcv_rna": (hepatitis_c, viremic), "hiv_rna": (hiv_screen, hiv)}
    made = []
    for analyte, positive in screens.items():
        tested = ~dice.happens("screening_missing", n)
        result = np.where(positive, "positive", "negative")
        made.append(texts(analyte, everyone[tested], day[tested], result[tested]))
    for analyte, (asked, found) in reflexes.items():
        tested = asked & dice.happens("reflex_test_done", n)
        result = np.where(found, "detected", "not_detected")
        made.append(texts(analyte, everyone[tested], day[tested] + dice["reflex_test_days"], result[tested]))
    made.append(_pregnancy(dice, people))
    return pd.concat(made), core, viremic


def _pregnancy(dice: Dice, people: SyntheticPatients) -> pd.DataFrame:
    old_enough = (people.age >= dice["pregnancy_test_age_from"]) & (people.age < dice["pregnancy_test_age_to"])
    fertile = (people.sex == "female") & old_enough
    before = np.flatnonzero(fertile & dice.happens("pregnancy_test_before", people.size))
    later = np.flatnonzero(fertile & dice.happens("pregnancy_test_later", people.size))
    later_day = dice.days("pregnancy_test_later_day", len(later))
    day = np.concatenate([np.full(len(before), -dice["pregnancy_test_days_before"]), later_day])
    return texts("pregnancy_test", np.concatenate([before, later]), day, "negative")


def not_done(
    dice: Dice,
    people: SyntheticPatients,
    cells: Cells,
    kept: Bools,
    neutrophils: Floats,
    recorded: pd.DataFrame,
    ordered: pd.DataFrame,
) -> pd.DataFrame:
    """Rows of `measurements` that are not ``recorded``, as the tests would have turned out.

    ``ordered``: the rows there are if everybody under suspicion is tested, from the same draws as ``recorded``. A test
    of a work-up shows on each visit what the nearest one of the patient in ``ordered`` showed; of a patient without
    any what it shows in one without the illness. ``neutrophils``: of each cell. Counts of platelets and hemoglobin
    are no tests: they stay those on file.
    """
    n, decreased = people.size, dice["megakaryocytes_decreased_in_routine"]
    innocent = dice.happens("dat_positive_without_hemolysis_post_hct", n)
    healthy = {
        "dat": np.where(innocent, "positive", "negative").astype(object),
        "marrow_megakaryocytes": dice.choose({"decreased": decreased, "normal": 1 - decreased}, n),
        "schistocytes": np.full(n, "negative", object),
        "parvovirus_b19": np.full(n, "not_detected", object),
    }
    at = np.flatnonzero(kept)
    visits = pd.DataFrame({"patient": cells.patient[at], "day": cells.day[at]}).sort_values("day", kind="stable")
    made = [ordered, numbers("neutrophils", cells.patient[at], cells.day[at], neutrophils[at])]
    for analyte, usual in healthy.items():
        shown = ordered[(ordered["analyte"] == analyte) & ordered["result"].isin(ANSWERS[analyte])]
        shown = shown[["patient", "day", "result"]].sort_values("day", kind="stable")
        nearest = pd.merge_asof(visits, shown, on="day", by="patient", direction="nearest")
        who = nearest["patient"].to_numpy(np.int64)
        result = nearest["result"].where(nearest["result"].notna(), usual[who]).to_numpy(object)
        made.append(texts(analyte, who, nearest["day"].to_numpy(np.float64), result))
    rows = pd.concat(made, ignore_index=True)
    known = pd.MultiIndex.from_frame(recorded[KEY])
    more: pd.DataFrame = rows[~pd.MultiIndex.from_frame(rows[KEY]).isin(known)].drop_duplicates(KEY)
    return more
