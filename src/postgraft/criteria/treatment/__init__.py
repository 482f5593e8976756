"""Treatment of a cytopenia, and what came of it."""
