"""Parameterisations: how weights are scaled, and which tangent kernel follows."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import sympy

from ..errors import InvalidArgument
from .states.abstract import Affine

Parameterisation: TypeAlias = Literal["ntk", "standard", "mean_field"]


def affine_step(
    parameterisation: Parameterisation, sigma_w: sympy.Expr, sigma_b: sympy.Expr | None, fan_in: int | None, where: str
) -> Affine:
    """What an affine layer does in a parameterisation.

    Formula:
        ntk:      z = sigma_w fan_in^(-1/2) W x + sigma_b b,  Theta' = sigma_w^2 Theta + (sigma_w^2 K + sigma_b^2)
        standard: z = W x + b, W of variance sigma_w^2 / fan_in, Theta' = sigma_w^2 Theta + fan_in K + [bias]

    Args:
        parameterisation: as in `Network`; "mean_field" has the steps of "ntk". sigma_w, sigma_b: standard deviations;
            no bias if sigma_b is None. fan_in: number of inputs of a unit, needed by "standard".
        where: the layer, for the error message.

    Returns:
        The step, for K averaged over the inputs of a unit.

    Raises:
        InvalidArgument: if the standard parameterisation lacks the fan-in.

    Source: jacot_2018, Section 4 for ntk; sohldickstein_2020, Section 3 for standard (restated from memory).
    """
    weight, bias = sigma_w**2, sympy.Integer(0) if sigma_b is None else sigma_b**2
    if parameterisation != "standard":
        return Affine(weight=weight, bias=bias, tangent_weight=weight, tangent_bias=bias)
    if fan_in is None:
        raise InvalidArgument(
            f"{where}: the standard parameterisation needs the number of its inputs; "
            "give width=... to the Dense or Conv layer before it"
        )
    trained = sympy.Integer(0 if sigma_b is None else 1)
    return Affine(weight=weight, bias=bias, tangent_weight=sympy.Integer(fan_in), tangent_bias=trained)


def require_parameterisation(parameterisation: str) -> None:
    """Refuse a name that is no parameterisation.

    Raises:
        InvalidArgument: naming it.

    Source: derived here (a check).
    """
    if parameterisation not in get_args(Parameterisation):
        raise InvalidArgument(f"parameterisation={parameterisation!r}: write one of {get_args(Parameterisation)}")
