"""Tests of the search for the nearest statement that survives."""
