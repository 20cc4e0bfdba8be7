"""Demand: what clients need, whom it fits and who proposes."""
