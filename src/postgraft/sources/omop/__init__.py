"""From an OMOP CDM 5.3 or 5.4 database: its tables, the statements that read them, and what they make of persons."""
