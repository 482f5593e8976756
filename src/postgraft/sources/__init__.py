"""From what a centre has – an OMOP database, a FHIR export, spreadsheets – to a cohort extract."""
