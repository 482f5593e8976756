"""Resources of FHIR for tests, as few words as they need, and files of them."""

import json

URLS = {
    "LOINC": "http://loinc.org", "SNOMED": "http://snomed.info/sct", "CPT4": "http://www.ama-assn.org/go/cpt",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm", "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "HCPCS": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "ICD10PCS": "http://www.cms.gov/Medicare/Coding/ICD10", "ATC": "http://www.whocc.no/atc",
}  # fmt: skip


def coded(system, code, display=None, text=None):
    """A CodeableConcept of one code."""
    said = {"coding": [{"system": URLS.get(system, system), "code": code, "display": display}]}
    return said if text is None else {**said, "text": text}


def resource(kind, patient="a", **fields):
    """A resource about a patient."""
    return {"resourceType": kind, "subject": {"reference": f"Patient/{patient}"}, **fields}


def patient(name="a", **fields):
    return {"resourceType": "Patient", "id": name, "gender": "female", "birthDate": "1970-05-06", **fields}


def transplant(name="a", day="2020-01-01", **fields):
    code = coded("CPT4", "38240", "Allogeneic transplantation")
    return resource("Procedure", name, **{"status": "completed", "code": code, "performedDateTime": day, **fields})


def lines(*resources):
    """Resources as the bytes of an NDJSON file."""
    return "".join(json.dumps(one) + "\n" for one in resources).encode()
