"""The three immune cytopenias: lineage, work-up, and the diagnoses that name them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cytopenia:
    """One immune cytopenia: its lineage, the analytes of its work-up and the diagnoses that name it."""

    name: str
    analyte: str
    product: str
    work_up: tuple[str, ...]
    diagnoses: tuple[str, ...]


AIHA = Cytopenia(
    "aiha",
    "hemoglobin",
    "red_cells",
    (
        "dat",
        "reticulocytes_percent",
        "reticulocytes",
        "ldh",
        "haptoglobin",
        "bilirubin_indirect",
        "bilirubin_total",
        "bilirubin_direct",
    ),
    ("aiha", "evans"),
)
ITP = Cytopenia("itp", "platelets", "platelets", ("marrow_megakaryocytes",), ("itp", "evans"))
PRCA = Cytopenia(
    "prca", "hemoglobin", "red_cells", ("reticulocytes_percent", "reticulocytes", "parvovirus_b19"), ("prca",)
)
CYTOPENIAS = (AIHA, ITP, PRCA)
