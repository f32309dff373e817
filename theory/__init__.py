"""Formulas of wide-network theory: derived as SymPy, proved, and evaluated on arrays and in balls."""
