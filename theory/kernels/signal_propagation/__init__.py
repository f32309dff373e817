"""Signal propagation: lengths and correlations of signals in deep networks at initialisation, and the edge of chaos."""

from .brackets import Bracket, find_root, find_roots
from .certified_edge import CertifiedCriticalPoint, certify_critical_points
from .correlation_map import CorrelationMap
from .edge_of_chaos import CriticalPoint, critical_sigma_w, find_critical_points, trace_critical_line
from .formulas import (
    derive_chi,
    derive_chi_1,
    derive_correlation_map,
    derive_length_map,
    derive_length_slope,
)
from .length_map import FixedPoint, LengthMap
from .moments import Moments, find_moments
from .phase_diagram import PhaseDiagram, derive_phase_diagram
from .propagation import SignalPropagation

__all__ = [
    "Bracket",
    "CertifiedCriticalPoint",
    "CorrelationMap",
    "CriticalPoint",
    "FixedPoint",
    "LengthMap",
    "Moments",
    "PhaseDiagram",
    "SignalPropagation",
    "certify_critical_points",
    "critical_sigma_w",
    "derive_chi",
    "derive_chi_1",
    "derive_correlation_map",
    "derive_length_map",
    "derive_length_slope",
    "derive_phase_diagram",
    "find_critical_points",
    "find_moments",
    "find_root",
    "find_roots",
    "trace_critical_line",
]
