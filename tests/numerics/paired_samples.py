"""Whether two samples may share a law: a test whose bound holds for every law and every sample size.

Pair independent draws a_k and b_k of one law: the differences are symmetric, so that by Hoeffding's inequality for
random signs t = sum (a_k - b_k) / sqrt(sum (a_k - b_k)^2) satisfies P(|t| >= x) <= 2 exp(-x^2 / 2). No moment of the
law has to exist.
"""

import math

import numpy as np

FALSE_ALARM = 1e-6
"""Chance that one comparison refuses two samples of the same law."""


def discrepancy(a, b):
    """Largest |t| over the columns; a, b are (draws, statistics)."""
    differences = a - b
    norms = np.sqrt((differences**2).sum(axis=0))
    return float((np.abs(differences.sum(axis=0)) / np.where(norms > 0, norms, 1.0)).max())


def critical(statistics):
    """The value that `discrepancy` of that many statistics exceeds with chance `FALSE_ALARM` at most (Bonferroni)."""
    return math.sqrt(2 * math.log(2 * statistics / FALSE_ALARM))


def moments(outputs, kernel):
    """Statistics of each draw, (draws, statistics): f, f f, Theta, and products of two bounded functions of them."""
    upper = np.triu_indices(outputs.shape[1])
    entries = kernel[:, upper[0], upper[1]]
    products = (outputs[:, :, None] * outputs[:, None, :])[:, upper[0], upper[1]]
    joint = np.hstack([products, entries])
    bounded = np.hstack([joint / (1 + np.abs(joint)), np.exp(-np.abs(joint))])
    pairs = np.triu_indices(bounded.shape[1])
    return np.hstack([outputs, joint, entries**2, bounded, bounded[:, pairs[0]] * bounded[:, pairs[1]]])
