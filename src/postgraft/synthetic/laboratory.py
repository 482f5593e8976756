"""Chemistry, haemolysis markers, antiglobulin tests, marrows: ordered by suspicion, often not at all.

Infection screening before the transplant with its reflex tests, and pregnancy tests.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from postgraft.synthetic.calibration import Bools, Floats, Ints, Rates, Texts, choose, choose_index
from postgraft.synthetic.course import Cells
from postgraft.synthetic.people import People

MARKERS = (
    "ldh",
    "haptoglobin",
    "reticulocytes",
    "bilirubin_total",
    "bilirubin_direct",
    "bilirubin_indirect",
    "creatinine",
    "alt",
    "ast",
)


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


def marker_rows(
    rng: np.random.Generator,
    rates: Rates,
    people: People,
    cells: Cells,
    kept: Bools,
    effect: dict[str, Floats],
    suspicion: Suspicion,
) -> list[pd.DataFrame]:
    """Rows of numbers (canonical units) for every marker that was ordered in a visit."""
    worked_up = cells.inside(suspicion.patient, suspicion.start, suspicion.end)
    personal = {m: rates.draw(rng, f"{m}_level", people.size)[cells.patient] for m in MARKERS}
    noise = rates["marker_noise"]
    values: dict[str, Floats] = {}
    for name in ("ldh", "haptoglobin", "reticulocytes", "creatinine", "alt", "ast"):
        factor = effect.get(name, 1.0)
        values[name] = personal[name] * factor * np.exp(noise * rng.standard_normal(len(cells.day)))
    values["bilirubin_direct"] = personal["bilirubin_direct"] * np.exp(noise * rng.standard_normal(len(cells.day)))
    raised = np.maximum(effect["bilirubin_indirect"], 0)
    values["bilirubin_indirect"] = (
        personal["bilirubin_indirect"] * np.exp(noise * rng.standard_normal(len(cells.day))) + raised
    )
    values["bilirubin_total"] = values["bilirubin_direct"] + values["bilirubin_indirect"]
    rows = []
    for name in MARKERS:
        chance = np.where(worked_up, rates[f"{name}_in_workup"], rates[f"{name}_routine"])
        at = np.flatnonzero(kept & (rng.random(len(kept)) < chance))
        rows.append(numbers(name, cells.patient[at], cells.day[at], values[name][at]))
    return rows


def weight_rows(rng: np.random.Generator, rates: Rates, people: People, cells: Cells, kept: Bools) -> pd.DataFrame:
    """Weights at admission and now and then; some patients lose weight, some have none recorded."""
    known = rng.random(people.size) >= rates["weight_never_recorded"]
    later = known[cells.patient] & kept & (cells.day > 0)
    at = np.flatnonzero(later & (rng.random(len(kept)) < rates["weight_in_visit"]))
    loss = rates["weight_loss"] * rng.random(people.size)
    grown = 1 - loss[cells.patient[at]] * np.clip(cells.day[at] / rates["weight_loss_days"], 0, 1)
    who = np.flatnonzero(known)
    patient = np.concatenate([who, cells.patient[at]])
    day = np.concatenate([np.full(len(who), -rates["weighed_days_before"]), cells.day[at]])
    value = np.concatenate([people.weight[who], people.weight[cells.patient[at]] * grown])
    return numbers("weight", patient, day, value)


def antiglobulin_rows(
    rng: np.random.Generator, rates: Rates, suspicion: Suspicion, people: People, last: Floats
) -> tuple[pd.DataFrame, Ints]:
    """Direct antiglobulin tests, and the patients who carry a positive one without haemolysis."""
    hemolysis = suspicion.where("aiha", "evans")
    negative = rng.random(len(hemolysis.patient)) < rates["dat_negative_aiha_fraction"]
    first = _once(rng, rates, hemolysis, 1 - rates["dat_not_sent"], "dat_after_days")
    later = hemolysis.start + np.round(rates.draw(rng, "dat_repeat_days", len(hemolysis.start)))
    repeated = rng.random(len(later)) < rates["dat_repeated"]
    result = np.where(
        negative,
        "negative",
        np.where(rng.random(len(negative)) < rates["dat_indeterminate"], "indeterminate", "positive"),
    )
    repeat = np.where(negative, "negative", "positive")
    other = suspicion.where("prca", "ta_tma", "poor_graft_function", "passenger_lymphocyte", "drug_induced_hemolysis")
    elsewhere = _once(rng, rates, other, rates["dat_in_other_anemia"], "dat_after_days")
    screened = np.flatnonzero(rng.random(people.size) < rates["dat_screened"])
    screen_day = np.round(rates.draw(rng, "dat_screen_day", len(screened)))
    innocent = rng.random(len(screened)) < rates["dat_positive_without_hemolysis_post_hct"]
    return pd.concat(
        [
            texts("dat", hemolysis.patient, first, result),
            texts("dat", hemolysis.patient[repeated], later[repeated], repeat[repeated]),
            texts("dat", other.patient, elsewhere, np.full(len(other.patient), "negative")),
            texts("dat", screened, screen_day, np.where(innocent, "positive", "negative")),
        ]
    ), screened[innocent & (screen_day <= last[screened])]


def marrow_rows(rng: np.random.Generator, rates: Rates, suspicion: Suspicion, people: People) -> pd.DataFrame:
    """Megakaryocytes, where a marrow was taken for low counts or by routine and the report names them."""
    low = suspicion.where("itp", "evans", "poor_graft_function", "platelet_nonengraftment", "prca")
    day = _once(rng, rates, low, rates["marrow_reported"], "marrow_after_days")
    immune = np.isin(low.kind.astype(str), ("itp", "evans", "prca"))
    n = len(low.patient)
    good = choose(
        rng,
        {
            "normal": rates["megakaryocytes_normal_in_itp"],
            "increased": rates["megakaryocytes_increased_in_itp"],
            "decreased": rates["megakaryocytes_decreased_in_itp"],
        },
        n,
    )
    poor = choose(
        rng,
        {
            "decreased": rates["megakaryocytes_decreased_in_poor_graft"],
            "absent": rates["megakaryocytes_absent_in_poor_graft"],
            "normal": rates["megakaryocytes_normal_in_poor_graft"],
        },
        n,
    )
    routine = np.flatnonzero(rng.random(people.size) < rates["marrow_routine"])
    days = [rates[name] for name in rates.names("restaging_day_")]
    routine_day = np.array(days)[choose_index(rng, [1.0] * len(days), len(routine))]
    routine_result = np.where(
        rng.random(len(routine)) < rates["megakaryocytes_decreased_in_routine"], "decreased", "normal"
    )
    return pd.concat(
        [
            texts("marrow_megakaryocytes", low.patient, day, np.where(immune, good, poor)),
            texts("marrow_megakaryocytes", routine, routine_day, routine_result),
        ]
    )


def workup_rows(rng: np.random.Generator, rates: Rates, suspicion: Suspicion) -> pd.DataFrame:
    """Schistocytes and parvovirus where somebody thought of them."""
    tma = suspicion.where("ta_tma", "ttp")
    anemia = suspicion.where("aiha", "evans", "itp")
    red = suspicion.where("prca")
    virus = suspicion.where("parvovirus_b19")
    positive = np.where(rng.random(len(tma.patient)) < rates["schistocytes_positive_in_tma"], "positive", "negative")
    return pd.concat(
        [
            texts(
                "schistocytes",
                tma.patient,
                _once(rng, rates, tma, rates["schistocytes_in_tma"], "smear_after_days"),
                positive,
            ),
            texts(
                "schistocytes",
                anemia.patient,
                _once(rng, rates, anemia, rates["schistocytes_in_anemia"], "smear_after_days"),
                np.full(len(anemia.patient), "negative"),
            ),
            texts(
                "parvovirus_b19",
                red.patient,
                _once(rng, rates, red, rates["parvovirus_in_prca"], "smear_after_days"),
                np.full(len(red.patient), "not_detected"),
            ),
            texts(
                "parvovirus_b19",
                virus.patient,
                _once(rng, rates, virus, 1.0, "smear_after_days"),
                np.full(len(virus.patient), "detected"),
            ),
        ]
    )


def _once(rng: np.random.Generator, rates: Rates, spans: Suspicion, chance: float, after: str) -> Floats:
    """The day of one test soon after the start of each span; NaN where it was not done."""
    day = spans.start + np.round(rates.draw(rng, after, len(spans.start)))
    return np.where(rng.random(len(day)) < chance, day, np.nan)


def numbers(analyte: str, patient: Ints, day: Floats, value: Floats) -> pd.DataFrame:
    """Rows of `measurements` with a number in the canonical unit."""
    return pd.DataFrame({"patient": patient, "day": day, "analyte": analyte, "value": value})


def texts(
    analyte: str, patient: Ints, day: Floats, result: Texts | np.ndarray[tuple[int], np.dtype[np.str_]]
) -> pd.DataFrame:
    """Rows of `measurements` with a result in words; rows without a day are left out."""
    made = pd.DataFrame({"patient": patient, "day": day, "analyte": analyte, "result": result})
    done: pd.DataFrame = made[np.isfinite(day)]
    return done


POSITIVE_OR_NOT = ("positive", "negative")
DETECTED_OR_NOT = ("detected", "not_detected")


def screening_rows(rng: np.random.Generator, rates: Rates, people: People) -> tuple[pd.DataFrame, Bools, Bools]:
    """Rows of `measurements`; who has antibodies against the core of hepatitis B; who has C viraemia."""
    n = people.size
    day = -np.round(rates.draw(rng, "screening_days_before", n))
    surface = rng.random(n) < rates["hbsag_pos"]
    core = surface | (rng.random(n) < rates["anti_hbc_pos"])
    hepatitis_c = rng.random(n) < rates["anti_hcv_pos"]
    viremic = hepatitis_c & (rng.random(n) < rates["hcv_rna_pos_at_index"] / rates["anti_hcv_pos"])
    hiv = rng.random(n) < rates["hiv_pos"]
    hiv_false = ~hiv & (rng.random(n) < rates["hiv_screen_false_positive"])
    everyone = np.arange(n)
    made = []
    for analyte, positive in (
        ("hbsag", surface),
        ("anti_hbc", core),
        ("anti_hcv", hepatitis_c),
        ("hiv_screen", hiv | hiv_false),
    ):
        tested = rng.random(n) >= rates["screening_missing"]
        made.append(texts(analyte, everyone[tested], day[tested], _words(positive[tested], POSITIVE_OR_NOT)))
    for analyte, asked, found in (
        ("hbv_dna", core, surface),
        ("hcv_rna", hepatitis_c, viremic),
        ("hiv_rna", hiv | hiv_false, hiv),
    ):
        tested = asked & (rng.random(n) < rates["reflex_test_done"])
        made.append(
            texts(
                analyte,
                everyone[tested],
                day[tested] + rates["reflex_test_days"],
                _words(found[tested], DETECTED_OR_NOT),
            )
        )
    made.append(_pregnancy(rng, rates, people))
    return pd.concat(made), core, viremic


def _pregnancy(rng: np.random.Generator, rates: Rates, people: People) -> pd.DataFrame:
    fertile = (
        (people.sex == "female")
        & (people.age >= rates["pregnancy_test_age_from"])
        & (people.age < rates["pregnancy_test_age_to"])
    )
    before = np.flatnonzero(fertile & (rng.random(people.size) < rates["pregnancy_test_before"]))
    later: Ints = np.flatnonzero(fertile & (rng.random(people.size) < rates["pregnancy_test_later"]))
    later_day = np.round(rates.draw(rng, "pregnancy_test_later_day", len(later)))
    patient = np.concatenate([before, later])
    day = np.concatenate([np.full(len(before), -rates["pregnancy_test_days_before"]), later_day])
    return texts("pregnancy_test", patient, day, np.full(len(patient), "negative"))


def _words(positive: Bools, words: tuple[str, str]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.where(positive, *words)
