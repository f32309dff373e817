"""Planned tests: moments of simulated statistics, fits in the width, distribution-free bands."""
