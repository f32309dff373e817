"""Hypothesis strategies for the data of theorems: dicts of float arrays and numbers, as claims take them."""

from .activations import POSITIVELY_HOMOGENEOUS, SMOOTH, activation_names, activations, class_g_activations
from .architectures import architectures, networks
from .composition import together, vectors
from .data_sets import data_sets, rational_data_sets
from .matrices import WORST_CONDITION, gram_matrices, psd_matrices, rational_psd_matrices, repair_psd
from .measures import (
    discrete_measures,
    histogram_measures,
    probability_vectors,
    project_to_simplex,
    rational_probability_vectors,
    repair_probabilities,
)
from .objectives import AbstractObjective, Chain, Huber, Quadratic, SineWell
from .relu_networks import relu_forward, relu_networks
from .smooth_functions import smooth_functions
from .spectra import spectra
from .sphere import GEOMETRIES, project_to_sphere, rational_unit_vectors, smallest_angle, unit_vectors

__all__ = [
    "GEOMETRIES",
    "POSITIVELY_HOMOGENEOUS",
    "SMOOTH",
    "WORST_CONDITION",
    "AbstractObjective",
    "Chain",
    "Huber",
    "Quadratic",
    "SineWell",
    "activation_names",
    "activations",
    "architectures",
    "class_g_activations",
    "data_sets",
    "discrete_measures",
    "gram_matrices",
    "histogram_measures",
    "networks",
    "probability_vectors",
    "project_to_simplex",
    "project_to_sphere",
    "psd_matrices",
    "rational_data_sets",
    "rational_probability_vectors",
    "rational_psd_matrices",
    "rational_unit_vectors",
    "relu_forward",
    "relu_networks",
    "repair_probabilities",
    "repair_psd",
    "smallest_angle",
    "smooth_functions",
    "spectra",
    "together",
    "unit_vectors",
    "vectors",
]
