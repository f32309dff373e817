"""Infinitely wide networks: dual activations, kernels, and training in the linearised regime."""

from .arc_cosine import derived_j, published_j
from .architecture import Act
from .dual import Dual, derive_dual, dual
from .gap import PairKernels, pair_kernels
from .homogeneous import DenseHomogeneous, dense_kernels
from .layers import Conv, Dense, Flatten, GlobalAvgPool, LayerNorm, Residual
from .linearised import ensemble_covariance, ensemble_mean, predicted_outputs, trained_outputs
from .mlp import InfiniteMLP
from .network import Network
from .notation import parse_architecture
from .training import AbstractTraining, GradientDescent, GradientFlow
from .two_layer import h_infinity, h_infinity_expression, h_infinity_mp, h_infinity_smallest_eigenvalue

__all__ = [
    "AbstractTraining",
    "Act",
    "Conv",
    "Dense",
    "DenseHomogeneous",
    "Dual",
    "Flatten",
    "GlobalAvgPool",
    "GradientDescent",
    "GradientFlow",
    "InfiniteMLP",
    "LayerNorm",
    "Network",
    "PairKernels",
    "Residual",
    "dense_kernels",
    "derive_dual",
    "derived_j",
    "dual",
    "ensemble_covariance",
    "ensemble_mean",
    "h_infinity",
    "h_infinity_expression",
    "h_infinity_mp",
    "h_infinity_smallest_eigenvalue",
    "pair_kernels",
    "parse_architecture",
    "predicted_outputs",
    "published_j",
    "trained_outputs",
]
