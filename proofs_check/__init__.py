"""Claims about wide neural networks, confronted with derivation, enclosure, statistics and search."""

__version__ = "0.1.0"
