"""All criteria and components of one transplant, day by day."""

from __future__ import annotations

from . import infection, screening, therapies
from .engraftment import Engraftment
from .episode import Episodes
from .kleene import FAIL, NAMES, PASS, Verdict, any_of, negate, remember
from .lines import Lines
from .onset import NAMES as CYTOPENIAS
from .onset import Onset
from .record import Record
from .response import Response
from .steroids import Steroids

PARTS = ("refractory", "dependent", "two_lines")
SIMPLE = {
    "adult": screening.adult,
    "remission": screening.remission,
    "days_since_transplant": screening.days_since_transplant,
    "neutrophil_count": screening.neutrophil_count,
    "stable_growth_factor": therapies.stable_growth_factor,
    "hepatitis": infection.hepatitis,
    "not_pregnant": screening.not_pregnant,
    "contraception": screening.attested,
    "consent": screening.attested,
    "no_relapse": screening.no_relapse,
    "no_ta_tma": screening.no_ta_tma,
    "gvhd_controlled": screening.gvhd_controlled,
    "organ_function": screening.organ_function,
    "hiv": infection.hiv,
    "no_uncontrolled_condition": screening.no_uncontrolled_condition,
    "no_hypersensitivity": therapies.no_hypersensitivity,
    "investigational_washout": therapies.investigational_washout,
    "maintenance_therapy": therapies.maintenance_therapy,
    "no_contraindication": screening.no_contraindication,
}
CRITERIA = (
    "adult",
    "remission",
    "neutrophil_engraftment",
    "platelet_engraftment",
    "days_since_transplant",
    "immune_cytopenia",
    "incomplete_response",
    "neutrophil_count",
    "stable_growth_factor",
    "hepatitis",
    "not_pregnant",
    "contraception",
    "consent",
    "no_relapse",
    "no_ta_tma",
    "gvhd_controlled",
    "organ_function",
    "hiv",
    "no_uncontrolled_condition",
    "no_hypersensitivity",
    "investigational_washout",
    "maintenance_therapy",
    "no_contraindication",
)
HEPATITIDES = {"a": infection.hepatitis_a, "b": infection.hepatitis_b, "c": infection.hepatitis_c}
COMPONENTS = (
    *(f"immune_cytopenia.{name}" for name in CYTOPENIAS),
    *(f"incomplete_response.{part}" for part in PARTS),
    *(f"hepatitis.{letter}" for letter in HEPATITIDES),
)


class Transplant:
    def __init__(self, record: Record, last_day: int, drop: tuple[str, ...]) -> None:
        self.record = record
        self.drop = drop
        steroids = Steroids(record)
        self.engraftments = {lineage: Engraftment(record, lineage) for lineage in ("neutrophil", "platelet")}
        self.episodes = {
            name: Episodes(Onset(name, record, self.engraftments), steroids, last_day) for name in CYTOPENIAS
        }
        self.responses = {name: Response(self.episodes[name], steroids) for name in CYTOPENIAS}
        self.lines = Lines(record, steroids)

    def verdict(self, name: str, d: int) -> Verdict:
        """What the report shows: dropped, else adjudicated, else computed."""
        if name in self.drop:
            return PASS
        if name in CRITERIA:
            ruling = self.record.adjudicated(name, d)
            if ruling is not None:
                return NAMES.index(ruling.verdict)
        return self.computed(name, d)

    def computed(self, name: str, d: int) -> Verdict:
        if name in SIMPLE:
            return SIMPLE[name](self.record, d)
        if name.startswith("hepatitis."):
            return HEPATITIDES[name[-1]](self.record, d)
        if name.endswith("_engraftment"):
            return self.engraftments[name.removesuffix("_engraftment")].verdict(d)
        if name == "immune_cytopenia":
            return any_of(self.episodes[cytopenia].day(d).active for cytopenia in CYTOPENIAS)
        if name.startswith("immune_cytopenia."):
            return self.episodes[name.removeprefix("immune_cytopenia.")].day(d).active
        if name == "incomplete_response":
            return self.incomplete_response(d)
        return self.component(name.removeprefix("incomplete_response."), d)

    @remember
    def component(self, part: str, d: int) -> Verdict:
        """OR over the cytopenias of (active AND part)."""
        return any_of(min(self.episodes[name].day(d).active, self.part(name, part, d)) for name in CYTOPENIAS)

    def incomplete_response(self, d: int) -> Verdict:
        always = self.record.settings["incomplete_response_rule"] == "two_lines_always"
        asked = ("two_lines",) if always else PARTS
        return any_of(self.component(part, d) for part in asked)

    @remember
    def part(self, name: str, part: str, d: int) -> Verdict:
        """One of refractory, dependent, two_lines for one cytopenia, where it is not FAIL."""
        day = self.episodes[name].day(d)
        if day.active == FAIL:
            return FAIL
        response = self.responses[name]
        if part == "refractory":
            return response.refractory(day.onset, d)
        if part == "dependent":
            return response.dependent(day.onset, d)
        from_onset = self.record.settings["lines_counted_from"] == "first_onset"
        enough = self.lines.enough(name, day.first if from_onset else day.onset, d)
        return min(enough, negate(response.more_than_minimal(day.onset, d)))
