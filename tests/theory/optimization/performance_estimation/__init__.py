"""Tests of theory.optimization.performance_estimation."""
