"""A cohort whose forecast can be counted by hand, a plan for it, and what is looked up in a forecast."""

from functools import cache

import numpy as np
import pandas as pd

import postgraft as pg
from postgraft.forecast.sentences import sentences

ONE_SITE = {
    "target": 5,
    "start": "2022-01-01",
    "deadline": "2024-12-31",
    "participation": 0.5,
    "screen_failure": 0.2,
    "sites": [{"name": "A", "capture": 1}],
}
EVERY_DAYS, PATIENTS = 20, 120


def protocol(name="only day 45", **changes):
    """Everybody is eligible from day 45 on: all other criteria are dropped."""
    base = pg.load_protocol()
    others = [one for one in base.criteria if one != "days_since_transplant"]
    return base.amend(name=name, drop=others, **changes)


@cache
def dated(died_early=2, sites=(None,)):
    """A transplant every 20 days from 2015-01-01 on; every second patient dies on day 30, the others leave on day 94.

    The extract ends 10 days after the last transplant. The patients are of the sites by turns.
    """
    day0 = pd.date_range("2015-01-01", periods=PATIENTS, freq=f"{EVERY_DAYS}D")
    end = day0[-1] + pd.Timedelta(days=10)
    names = [f"P{i:03}" for i in range(PATIENTS)]
    early = np.arange(PATIENTS) % died_early == 1
    last = np.minimum(day0 + pd.to_timedelta(np.where(early, 30, 94), unit="D"), end)
    return pg.Extract.from_tables(
        {"format": 1, "name": "Dated", "time": "dates", "extracted_on": end.date()},
        {
            "patients": pd.DataFrame(
                {
                    "patient_id": names,
                    "sex": "male",
                    "birth_date": "1960-01-01",
                    "death_date": pd.Series(last.date).where(early & (last < end)),
                    "last_contact_date": last.date,
                    "site": [sites[i % len(sites)] for i in range(PATIENTS)],
                }
            ),
            "transplants": pd.DataFrame({"patient_id": names, "transplant_date": day0.date, "type": "allogeneic"}),
        },
    )


@cache
def outcome():
    return pg.evaluate(dated(), protocol())


def forecast(change=None, of=None):
    return pg.forecast(of or outcome(), pg.load_plan(ONE_SITE | (change or {})))


def said(made, text):
    found = [line for line in sentences(made) if text in line]
    assert found, "\n".join(sentences(made))
    return found[0]


def figure(made, measure, basis="eligible"):
    frame = made.key_figures
    [value] = frame.loc[(frame["measure"] == measure) & (frame["basis"] == basis), "value"]
    return value
