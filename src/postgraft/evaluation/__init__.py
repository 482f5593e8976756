"""From an extract to verdicts and statuses, under one or many protocols."""
