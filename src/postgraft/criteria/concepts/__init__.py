"""Clinical concepts that several criteria share; each is computed once a block for the same parameters."""
