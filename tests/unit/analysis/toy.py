"""Made-up cohorts in which a patient is eligible just on the days that a test says, so that counts can be done by hand.

All criteria but the time since the transplant, relapse and HIV are dropped. HIV is adjudicated: a verdict for each
stretch of days, PASS where nothing is said.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

import postgraft as pg

KEPT = ("days_since_transplant", "no_relapse", "hiv")
PROTOCOL = pg.load_protocol().amend(
    name="three criteria",
    set={"assume_complete": ["disease_status"]},
    drop=[name for name in pg.load_protocol().criteria if name not in KEPT],
)
DAY0 = date(2020, 1, 1)


def patient(name, last=200, death=None, since=None, day0=0, **stretches):
    """``stretches``: lists of (start, end) by criterion and verdict, such as ``hiv_FAIL=[(0, 99)]``."""
    return {"name": name, "last": last, "death": death, "since": since, "day0": day0, "stretches": stretches}


def outcome(*patients, time="days", protocol=PROTOCOL):
    """The patients, evaluated; ``day0`` counts from 1 January 2020 where ``time`` is dates."""
    suffix = "day" if time == "days" else "date"

    def on(one, day):
        if day is None:
            return None
        return day if time == "days" else (DAY0 + timedelta(one["day0"] + day)).isoformat()

    people = pd.DataFrame(
        {
            "patient_id": [one["name"] for one in patients],
            "sex": "male",
            "age_at_transplant": 50,
            f"last_contact_{suffix}": [on(one, one["last"]) for one in patients],
            f"death_{suffix}": [on(one, one["death"]) for one in patients],
            f"observed_from_{suffix}": [on(one, one["since"]) for one in patients],
        }
    )
    rows = [
        (one["name"], key.rpartition("_")[0], on(one, start), on(one, end), key.rpartition("_")[2])
        for one in patients
        for key, spans in one["stretches"].items()
        for start, end in spans
    ]
    columns = ["patient_id", "criterion", f"start_{suffix}", f"end_{suffix}", "verdict"]
    transplants = pd.DataFrame(
        {"patient_id": people["patient_id"], f"transplant_{suffix}": [on(one, 0) for one in patients]}
    ).assign(type="allogeneic")
    manifest = {"format": 1, "name": "Toy", "time": time}
    if time == "dates":
        manifest["extracted_on"] = "2021-12-31"
    tables = {"patients": people, "transplants": transplants, "adjudications": pd.DataFrame(rows, columns=columns)}
    return pg.evaluate(pg.Extract.from_tables(manifest, tables), protocol)


def never():
    return {"hiv_FAIL": [(0, 1095)]}
