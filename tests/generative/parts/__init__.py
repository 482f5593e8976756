"""The parts of a generated patient: each adds rows of some tables, in integer days."""
