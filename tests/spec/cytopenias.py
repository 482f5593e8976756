"""Patients with an immune cytopenia from day 90 on, as tables for ``spec.patient``.

All three engraft at once: the nadir of equal counts is day 25, its run of three is in on day 35. A count that
falls on day 90 therefore passes every gate, and its baseline is the value before.
"""


def itp(*, before: str = "150", platelets: str = "15", marrow: str = "90 | normal") -> str:
    """Platelets fall on day 90; the marrow is seen on that day."""
    return f"""
        day          | neutrophils | hemoglobin | platelets
         0..85 by 5  | 2.0         | 13         | {before}
        90..365 by 5 | 2.0         | 13         | {platelets}

        day | marrow_megakaryocytes
        {marrow}

        """


def aiha(
    *, before: str = "13", hemoglobin: str = "7.5", dat: str = "90 | positive", markers: str = "90 | 600 | 10"
) -> str:
    """Hemoglobin falls on day 90, with a positive DAT, a high LDH and a low haptoglobin on that day."""
    return f"""
        day          | neutrophils | platelets | hemoglobin
         0..85 by 5  | 2.0         | 150       | {before}
        90..365 by 5 | 2.0         | 150       | {hemoglobin}

        day | dat
        {dat}

        day | ldh | haptoglobin
        {markers}

        """


def prca(*, before: str = "13", hemoglobin: str = "7", reticulocytes: str = "90 | 0.3 |") -> str:
    """Hemoglobin falls on day 90, with hardly any reticulocytes (in % and ×10⁹/L) on that day."""
    return f"""
        day          | neutrophils | platelets | hemoglobin
         0..85 by 5  | 2.0         | 150       | {before}
        90..365 by 5 | 2.0         | 150       | {hemoglobin}

        day | reticulocytes_percent | reticulocytes
        {reticulocytes}

        """


def thrombocytopenia(*platelets: str, before: str = "150", marrow: str = "90 | normal") -> str:
    """ITP with the platelets as given after day 85, each as ``"90 | 15"``; the other counts end on that day."""
    return (
        itp(before=before, marrow=marrow).replace("90..365 by 5 | 2.0         | 13         | 15", "")
        + "day | platelets\n"
        + "\n".join(platelets)
        + "\n\n"
    )


def anemia(*hemoglobin: str) -> str:
    """AIHA with the hemoglobin as given after day 85; the other counts end on that day."""
    return (
        aiha().replace("90..365 by 5 | 2.0         | 150       | 7.5", "")
        + "day | hemoglobin\n"
        + "\n".join(hemoglobin)
        + "\n\n"
    )


def transfusions(product: str, *days: int | str) -> str:
    """Transfusions of one product."""
    return "\n\ntransfusions:\nday | product\n" + "".join(f"{day} | {product}\n" for day in days) + "\n"


def conditions(*rows: str) -> str:
    """Conditions, each as ``"50..80 | itp"``."""
    return "\n\nconditions:\ndays | condition\n" + "\n".join(rows) + "\n\n"


def medications(*rows: str) -> str:
    """Medications, each as ``"100..130 | prednisone | 1 mg/kg/day | purpose"``; the purpose may be empty."""
    return "\n\nmedications:\ndays | drug | dose | purpose\n" + "\n".join(rows) + "\n\n"


def engrafted(day: int) -> str:
    """Neutrophil and platelet engraftment as recorded."""
    return f"\n\ntransplants:\nneutrophil_engraftment_day | platelet_engraftment_day\n{day} | {day}\n\n"
