"""When the trial would be full: from an evaluated cohort and a plan to enrolment over time."""
