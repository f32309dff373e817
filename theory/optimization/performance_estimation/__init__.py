"""Performance estimation: exact worst cases of first-order methods over classes of functions.

State a `Setting`; `find_worst` runs the method on explicit functions, an exact lower bound; `propose_multipliers` asks
a solver for a proof of an upper bound, which `proven_bound` decides in rational arithmetic.
"""

from .composition import compose_steps, is_composable
from .conic import INSTALL, has_solver
from .description import describe, in_words, read_setting
from .function_classes import (
    AbstractFunctionClass,
    Smooth,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
    SmoothStronglyConvex,
)
from .gram import exact
from .measures import Measure
from .methods import AbstractMethod, AcceleratedGradient, GradientDescent, HeavyBall, StochasticGradient
from .multipliers import attained_by, estimate_worst_case, propose_multipliers
from .piecewise_quadratic import PiecewiseQuadratic
from .problem import Problem, Setting, state_problem
from .proof import proven_bound
from .worst_function import Instance, Run, find_worst, is_admissible, run_on

__all__ = [
    "INSTALL",
    "AbstractFunctionClass",
    "AbstractMethod",
    "AcceleratedGradient",
    "GradientDescent",
    "HeavyBall",
    "Instance",
    "Measure",
    "PiecewiseQuadratic",
    "Problem",
    "Run",
    "Setting",
    "Smooth",
    "SmoothConvex",
    "SmoothPolyakLojasiewicz",
    "SmoothStronglyConvex",
    "StochasticGradient",
    "attained_by",
    "compose_steps",
    "describe",
    "estimate_worst_case",
    "exact",
    "find_worst",
    "has_solver",
    "in_words",
    "is_admissible",
    "is_composable",
    "propose_multipliers",
    "proven_bound",
    "read_setting",
    "run_on",
    "state_problem",
]
