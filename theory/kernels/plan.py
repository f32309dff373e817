"""What the evaluation of an architecture needs: images or vectors, equal positions or all pairs of them."""

from __future__ import annotations

from .architecture import AbstractLayer, Act, Chain
from .layers import Conv, Dense, Flatten, GlobalAvgPool, LayerNorm, Residual
from .stable import Slopes, derive_slopes


def takes_images(chain: Chain) -> bool:
    """Whether the first layer that cares takes images.

    Source: derived here (a look at the layers).
    """
    for layer in chain.parts():
        if isinstance(layer, (Conv, Flatten, GlobalAvgPool)):
            return True
        if isinstance(layer, Dense):
            return False
        if isinstance(layer, Residual):
            return takes_images(layer.branch)
    return False


def needs_all_pairs(chain: Chain) -> bool:
    """Whether covariances between different positions enter: only where positions are averaged.

    Source: derived here (a look at the layers).
    """
    return any(isinstance(layer, GlobalAvgPool) for layer in chain.parts())


def needs_pooled_variance(chain: Chain) -> bool:
    """Whether a layer after the pooling asks for the variance of an input.

    Source: derived here (a look at the layers).
    """
    places = [place for place, layer in enumerate(chain.parts()) if isinstance(layer, GlobalAvgPool)]
    return bool(places) and any(_asks_for_variance(layer) for layer in chain.parts()[places[0] + 1 :])


def has_read_out(chain: Chain) -> bool:
    """Whether the last layer reads from features whose number grows.

    Source: derived here (a look at the layers).
    """
    *below, last = chain.parts()
    return isinstance(last, Dense) and any(_is_wide(layer) for layer in below)


def homogeneous_layers(chain: Chain) -> tuple[Slopes, list[tuple[float, float]]] | None:
    """What `dense_kernels` needs, if it covers the architecture.

    Args:
        chain: the layers.

    Returns:
        The slopes of the activation and (sigma_w, sigma_b) of every Dense layer, for alternating Dense layers and one
        homogeneous activation that begin and end with Dense; else None.

    Source: derived here (a look at the layers).
    """
    dense, acts = chain.parts()[::2], chain.parts()[1::2]
    if len(dense) != len(acts) + 1 or not acts or len(set(acts)) > 1:
        return None
    scales = [layer.scales for layer in dense if isinstance(layer, Dense)]
    act = acts[0]
    if len(scales) < len(dense) or not isinstance(act, Act) or any(s.free_symbols for pair in scales for s in pair):
        return None
    slopes = derive_slopes(act.function)
    return None if slopes is None else (slopes, [(float(weight), float(bias)) for weight, bias in scales])


def _is_wide(layer: AbstractLayer) -> bool:
    return isinstance(layer, (Dense, Conv))


def _asks_for_variance(layer: AbstractLayer) -> bool:
    if isinstance(layer, Residual):
        return any(map(_asks_for_variance, layer.branch.parts()))
    return isinstance(layer, (Act, LayerNorm))
