"""Representations of what flows through an infinitely wide network: arrays, symbols, balls."""
