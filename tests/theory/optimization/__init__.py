"""Tests of theory.optimization."""
