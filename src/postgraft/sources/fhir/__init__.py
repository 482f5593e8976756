"""From a FHIR R4 export to staged rows: files, who is in, and what each kind of resource says."""
