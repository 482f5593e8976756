"""The tables of a cohort extract, each column declared once: it is read, checked and documented from here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa

from postgraft.extract.findings import Location, Time, day_header
from postgraft.extract.kinds import ColumnKind, Drug, OpenWord, PatientId, Result, Text, Word
from postgraft.extract.number_kinds import Day, Limit, Measured, Number
from postgraft.protocol.loading import shipped_criteria
from postgraft.vocabulary import codes
from postgraft.vocabulary.analytes import ANALYTES
from postgraft.vocabulary.censoring import OPERATORS, read_operator
from postgraft.vocabulary.units import DOSE_UNITS, read_dose_unit
from postgraft.vocabulary.verdicts import VERDICT_NAMES

Presence = Literal["required", "column", "optional"]

_ADJUDICABLE: Final = (*shipped_criteria(), *codes.ADJUDICABLE_PARTS)


@dataclass(frozen=True)
class Column:
    """``presence``: required (column and every cell), column (cells may be empty) or optional."""

    name: str
    kind: ColumnKind
    about: str
    presence: Presence = "optional"

    def header(self, time: Time) -> str:
        """The column's name in a file."""
        return day_header(self.name, time) if isinstance(self.kind, Day) else self.name


@dataclass(frozen=True)
class ExtractTable:
    """``day`` names the column that places a row in time, ``amount`` that of what was given.

    Of the columns in ``one_of`` one must be there.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    required: bool = False
    day: str = ""
    amount: str = ""
    one_of: tuple[str, ...] = ()

    def read(
        self, cells: Mapping[str, pa.Array], rows: int, place: Location, only: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Values of the columns (or of ``only`` these) by declared name, of raw cells by name in the file."""
        return {
            column.name: column.kind.read(cells[header], place.at(header), column.presence == "required")
            if header in cells
            else column.kind.absent(rows)
            for header, column in self.headers(place.time).items()
            if only is None or column.name in only
        }

    def with_numbers(self, time: Time) -> list[str]:
        """Names in a file of the columns of numbers and days."""
        kinds = (Number, Measured, Day)
        return [header for header, column in self.headers(time).items() if isinstance(column.kind, kinds)]

    def headers(self, time: Time) -> dict[str, Column]:
        """Columns by their name in a file."""
        return {column.header(time): column for column in self.columns}


OLDEST: Final = 110
"""Years of age that nobody exceeds at a transplant."""

_PATIENT: Final = Column("patient_id", PatientId(), "the patient; must be in `patients`", "required")
_START: Final = Column("start_date", Day(), "first day, included", "required")

PATIENTS: Final = ExtractTable(
    name="patients",
    about="One row a patient.",
    required=True,
    one_of=("birth_date", "birth_year", "age_at_transplant"),
    columns=(
        Column("patient_id", PatientId(), "the patient; unique in this table", "required"),
        Column("sex", Word(codes.SEXES), "sex for the pregnancy criterion", "required"),
        Column("birth_date", Day(), "day of birth"),
        Column("birth_year", Number(1900, 2050, whole=True), "year of birth"),
        Column("age_at_transplant", Number(0, OLDEST), "age in years at day 0, may be fractional"),
        Column(
            "observed_from_date", Day(),
            "first day on which events here would have been recorded; empty: day 0",
        ),
        Column("death_date", Day(), "day of death"),
        Column(
            "last_contact_date", Day(),
            "no event is known to be absent after it; empty: the day of death, else of the last row",
            "column",
        ),
        Column("site", Text(), "site code; labels may be in the manifest"),
        Column("transplant_year", Number(1950, 2050, whole=True), "year of the index transplant"),
    ),
)  # fmt: skip

TRANSPLANTS: Final = ExtractTable(
    name="transplants",
    about=(
        "One row an infusion. Allogeneic rows are the transplants; several of one patient on one day are one."
        " A patient without one is left out and counted."
    ),
    required=True,
    day="transplant_date",
    columns=(
        _PATIENT,
        Column("transplant_date", Day(), "day of the infusion", "required"),
        Column("type", Word(codes.TRANSPLANT_TYPES), "kind of infusion", "required"),
        Column(
            "indication", OpenWord(codes.NONMALIGNANT_INDICATIONS, "indication", only_near=True),
            "disease treated; the words listed are the non-malignant ones",
        ),
        Column("graft_source", Word(codes.GRAFT_SOURCES), "source of the graft"),
        Column("donor", Word(codes.DONORS), "kind of donor"),
        Column("conditioning", Word(codes.CONDITIONING), "intensity of conditioning"),
        Column("abo_mismatch", Word(codes.ABO_MISMATCHES), "ABO mismatch of donor and recipient"),
        Column("neutrophil_engraftment_date", Day(), "first of three successive counts ≥ 0.5 ×10⁹/L"),
        Column("platelet_engraftment_date", Day(), "the same ≥ 20 ×10⁹/L without platelet transfusion"),
    ),
)  # fmt: skip

MEASUREMENTS: Final = ExtractTable(
    name="measurements",
    about=(
        "One row a laboratory result. A numeric analyte needs a value, a qualitative one a result;"
        " a row without is kept out and counted."
    ),
    day="date",
    columns=(
        _PATIENT,
        Column("date", Day(), "day of the sample", "required"),
        Column("analyte", Word(tuple(ANALYTES)), "what was measured; see the list of analytes", "required"),
        Column("value", Measured(), "the number, for numeric analytes"),
        Column(
            "operator", Word(OPERATORS, read_operator),
            "what stands before the number; empty: =, or the sign that `value` has itself",
        ),
        Column("result", Result(), "the word, for qualitative analytes"),
        Column("unit", Text(), "UCUM or an everyday spelling; empty: the canonical unit of the analyte"),
        Column("lower_limit", Limit(), "lower limit of the reference range, same unit"),
        Column("upper_limit", Limit(), "upper limit of the reference range, same unit"),
    ),
)  # fmt: skip

MEDICATIONS: Final = ExtractTable(
    name="medications",
    about=(
        "One row a course at one dose. A unit per day, or no unit, covers every day from start to end;"
        " any other unit is the amount of one administration on the start day."
    ),
    day="start_date",
    amount="dose",
    columns=(
        _PATIENT,
        _START,
        Column("end_date", Day(), "last day, included; empty: still given at last contact"),
        Column("drug", Drug(codes.DRUGS, "drug"), "generic ingredient", "required"),
        Column("dose", Number(0, 1e6, amount=True), "amount, in dose_unit; 0: not given, the row is left out"),
        Column("dose_unit", Word(tuple(DOSE_UNITS), read_dose_unit, named=True), "unit of the dose"),
        Column("route", Word(codes.ROUTES), "route"),
        Column("purpose", Word(codes.PURPOSES), "what it was given for"),
        Column("half_life_days", Number(0.001, 400), "half-life, where it is not the usual one"),
    ),
)

TRANSFUSIONS: Final = ExtractTable(
    name="transfusions",
    about="One row a transfusion.",
    day="date",
    amount="units",
    columns=(
        _PATIENT,
        Column("date", Day(), "day of the transfusion", "required"),
        Column("product", Word(codes.PRODUCTS), "product", "required"),
        Column("units", Number(0, 100, amount=True), "number of units; 0: not given, the row is left out"),
    ),
)

DISEASE_STATUS: Final = ExtractTable(
    name="disease_status",
    about="One row an assessment of the disease that was transplanted.",
    day="date",
    columns=(
        _PATIENT,
        Column("date", Day(), "day of the assessment", "required"),
        Column("status", Word(codes.STATUSES), "status", "required"),
    ),
)

CONDITIONS: Final = ExtractTable(
    name="conditions",
    about=(
        "One row a condition; a change of grade or detail is a new row. A row of GVHD holds to the day before the"
        " next of its kind starts; grade 0 ends the disease, and the grade is the overall one."
    ),
    day="start_date",
    columns=(
        _PATIENT,
        _START,
        Column("end_date", Day(), "last day, included; empty: still active"),
        Column("condition", OpenWord(codes.CONDITIONS, "condition"), "the condition", "required"),
        Column("grade", Number(0, 4, whole=True), "grade 0 to 4 of acute or chronic GVHD"),
        Column(
            "detail", Text(),
            f"for acute and chronic GVHD {', '.join(codes.GVHD_DETAILS)} (another word reads as empty)",
        ),
    ),
)  # fmt: skip

ADJUDICATIONS: Final = ExtractTable(
    name="adjudications",
    about="One row a chart review by the site; it overrides the computed verdict on the days it covers.",
    day="start_date",
    columns=(
        _PATIENT,
        Column("criterion", Word(_ADJUDICABLE, str.casefold), "what was reviewed", "required"),
        _START,
        Column("end_date", Day(), "last day, included; empty: no end"),
        Column("verdict", Word(VERDICT_NAMES, str.upper), "the verdict of the review", "required"),
        Column("source", Text(), "who reviewed, from what"),
    ),
)

_ALL: Final = (
    PATIENTS, TRANSPLANTS, MEASUREMENTS, MEDICATIONS, TRANSFUSIONS, DISEASE_STATUS, CONDITIONS, ADJUDICATIONS,
)  # fmt: skip
TABLES: Final[dict[str, ExtractTable]] = {table.name: table for table in _ALL}
"""Every table by name, in the order of the contract."""
