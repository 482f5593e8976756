"""Charts written by hand: tables that are not complete, and results with a sign."""

from spec.hand_charts import (
    ITP_ON_100,
    NEVER,
    WELL_UNTIL_93,
    aiha,
    dependent,
    incomplete_response,
    itp,
    only,
    prca,
    refractory,
)
from spec.patient import FAIL, PASS, UNKNOWN, criterion

NO_TRANSFUSIONS_ON_FILE = ("medications", "disease_status", "conditions")


def test_10_transfusions_not_complete_itp():
    """Platelets 15 on day 100, 150 from 107: by the drug, or by transfusions nobody recorded?

    Sure: count of day 100, prednisone to day 114, so to 114 + 55 = 169. Wide: on every count day a transfusion
    may lie in the last 7 days, so each, to day 163, may be low: to 163 + 55 = 218. (Counts of 150 open no
    spell: not 30 % below 150.) The response may be support: refractory UNKNOWN from 107, the end of the run;
    dependent UNKNOWN from 115, the first day off steroids. With transfusions complete: a responder.
    """
    chart = (
        ITP_ON_100
        + """
    day           | platelets
    107..163 by 7 | 150

    medications:
    days     | drug       | dose        | purpose
    101..114 | prednisone | 1 mg/kg/day | immune_cytopenia
    """
    )
    unrecorded = {"complete": NO_TRANSFUSIONS_ON_FILE}
    itp(chart, {"0..99": FAIL, "100..169": PASS, "170..218": UNKNOWN, "219..": FAIL}, **unrecorded)
    refractory(chart, only(UNKNOWN, 107, 218), **unrecorded)
    dependent(chart, only(UNKNOWN, 115, 218), **unrecorded)
    itp(chart, only(PASS, 100, 169))
    incomplete_response(chart, NEVER)


def test_10_transfusions_not_complete_prca():
    """Hb 7.5 and reticulocytes 0.5 % on day 100; GVHD steroids on days 60..80.

    Two unrecorded transfusion days may make any earlier count one of PRCA: the wide spell is long open on day
    100, the sure one opens there. o- = 100 - 29 = 71 (the run 65..71 counts), o+ = 100 (the steroids ended
    before): refractory is UNKNOWN. Before 100 no reticulocytes: onset UNKNOWN, hence FAIL.
    Sure to 114 + 55 = 169, wide (the count of 121 may be low too) to 176.
    """
    chart = (
        WELL_UNTIL_93
        + """
    day           | hemoglobin | reticulocytes_percent
    100           | 7.5        | 0.5
    107..114 by 7 | 7.5        |
    121           | 12         |

    medications:
    days   | drug       | dose        | purpose
    60..80 | prednisone | 1 mg/kg/day | gvhd
    """
    )
    unrecorded = {"complete": NO_TRANSFUSIONS_ON_FILE}
    prca(chart, {"0..99": FAIL, "100..169": PASS, "170..176": UNKNOWN, "177..": FAIL}, **unrecorded)
    refractory(chart, only(UNKNOWN, 100, 176), **unrecorded)
    prca(chart, only(PASS, 100, 169))
    refractory(chart, NEVER)


def test_12_censored_counts_do_not_engraft():
    """Neutrophils <0.5 and platelets <20 on day 16 are below the bound: they break the run of 15, 16, 17.

    FAIL while the latest result is below (10..14 and 16); the run 17, 18, 19 is complete on day 19.
    """
    chart = """
    day | neutrophils | platelets
     10 | 0.1         | 5
     15 | 0.6         | 25
     16 | <0.5        | <20
     17 | 0.7         | 25
     18 | 0.8         | 30
     19 | 0.9         | 40
    """
    expected = {"0..9": UNKNOWN, "10..14": FAIL, 15: UNKNOWN, 16: FAIL, "17..18": UNKNOWN, "19..": PASS}
    criterion("neutrophil_engraftment")(chart, expected)
    criterion("platelet_engraftment")(chart, expected)
    counts = """
    day | neutrophils      # ">= 1.0"; each result serves 14 days
     60 | <0.5
     74 | <1.5
     88 | >1
    102 | >0.5
    116 | <1
    """
    expected = {"0..59": UNKNOWN, "60..73": FAIL, "74..87": UNKNOWN, "88..101": PASS, "102..115": UNKNOWN}
    criterion("neutrophil_count")(counts, {**expected, "116..129": FAIL, "130..": UNKNOWN})


def test_12_censored_counts_and_work_up():
    """Platelets <20 and <30 are "<= 30"; <50 may be. Haptoglobin <30 is decreased, LDH >246 increased.

    <50: the count's numbers are UNKNOWN, so a coded diagnosis does not fill them (UNKNOWN to 155); without: FAIL.
    Haptoglobin <40, LDH >240: neither marker is decided; UNKNOWN where diagnoses are not complete.
    """
    low = (("<20", "", PASS), ("<30", "", PASS), ("<50", "", FAIL), ("<50", "itp", UNKNOWN))
    for value, diagnosed, verdict in low:
        chart = (
            WELL_UNTIL_93
            + f"""
        day | platelets | marrow_megakaryocytes
        100 | {value}   | normal
        114 | 150       |

        conditions:
        days  | condition
        100.. | {diagnosed or "bleeding"}      # bleeding is no cause of ITP
        """
        )
        itp(chart, only(verdict, 100, 155))
    for haptoglobin, ldh, verdict in (("<30", ">246", PASS), ("<40", ">246", UNKNOWN), ("<30", ">240", UNKNOWN)):
        chart = (
            WELL_UNTIL_93
            + f"""
        day | hemoglobin | dat      | haptoglobin   | ldh
        100 | 9          | positive | {haptoglobin} | {ldh}
        114 | 12         |          |               |
        """
        )
        aiha(chart, only(verdict, 100, 155), complete=("transfusions", "medications", "disease_status"))
