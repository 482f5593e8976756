"""How sure the counts are, and what would make them surer."""
