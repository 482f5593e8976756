"""What is asked of an evaluated cohort, exactly."""
