"""The cytopenia itself: counts, work-up, spells, onset and episodes."""
