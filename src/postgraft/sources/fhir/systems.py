"""Which system of the mapping a URL of FHIR means."""

from __future__ import annotations

from typing import Final

_URLS: Final = {
    "LOINC": ("loinc.org", "urn:oid:2.16.840.1.113883.6.1"),
    "SNOMED": ("snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96"),
    "RxNorm": ("www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"),
    "ATC": ("www.whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73"),
    "NDC": ("hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69"),
    "ICD10CM": ("hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"),
    "ICD10GM": ("fhir.de/codesystem/bfarm/icd-10-gm", "fhir.de/codesystem/dimdi/icd-10-gm"),
    "ICD10": ("hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3"),
    "ICD9CM": ("hl7.org/fhir/sid/icd-9-cm", "hl7.org/fhir/sid/icd-9-cm/diagnosis", "urn:oid:2.16.840.1.113883.6.103"),
    "ICD10PCS": (
        "www.cms.gov/medicare/coding/icd10", "hl7.org/fhir/sid/icd-10-pcs", "urn:oid:2.16.840.1.113883.6.4",
    ),
    "ICD9Proc": ("hl7.org/fhir/sid/icd-9-cm/procedure", "urn:oid:2.16.840.1.113883.6.104"),
    "OPS": ("fhir.de/codesystem/bfarm/ops", "fhir.de/codesystem/dimdi/ops"),
    "OPCS4": ("fhir.hl7.org.uk/id/opcs-4",),
    "CPT4": ("www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12"),
    "HCPCS": (
        "www.cms.gov/medicare/coding/hcpcsreleasecodesets", "terminology.hl7.org/codesystem/hcpcs",
        "www.nlm.nih.gov/research/umls/hcpcs", "urn:oid:2.16.840.1.113883.6.285",
    ),
}  # fmt: skip
"""URLs without their scheme, in lower case: the official ones (terminology.hl7.org), and the OIDs of the same."""
_BY_URL: Final = {url: system for system, urls in _URLS.items() for url in urls}


def system_of(url: str, kind: str) -> str:
    """The mapping's system; empty for a system of the site's own. ``kind``: the resource that the code stands in.

    One URL is used for both volumes of ICD-9-CM: in a Procedure it is the one of procedures.
    """
    plain = url.strip().casefold()
    for scheme in ("https://", "http://"):
        plain = plain.removeprefix(scheme)
    system = _BY_URL.get(plain.split("|")[0].rstrip("/"), "")
    return "ICD9Proc" if system == "ICD9CM" and kind == "Procedure" else system
