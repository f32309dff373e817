"""Convolutional networks against loops over positions."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.kernels.recursion import Pair, Positions, images, no_slope, relu_dual, relu_slope, sign_dual
from theory.errors import InvalidArgument
from theory.kernels import Conv, parse_architecture

SEED = 20190411


def pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two images of 3 x 4 positions and 2 channels; the second has an empty corner and a copy of the first."""
    x, y = rng.standard_normal((2, 3, 4, 2))
    y[0, :2] = 0.0
    y[2, 1:] = x[2, 1:]
    return x, y


def relu(positions: Positions) -> Positions:
    """A rectifier at all positions."""
    return positions.act(relu_dual, relu_slope)


def finish(pair: Pair) -> Pair:
    """Dense(1.1, 0.3) >> relu >> Dense(0.9) on one pair."""
    hidden = pair.dense(1.1, 0.3)
    law = (hidden.xx, hidden.yy, hidden.xy)
    active = Pair(hidden.xx / 2, hidden.yy / 2, relu_dual(*law), relu_slope(*law) * hidden.ntk)
    return active.dense(0.9, 0.0)


@pytest.mark.parametrize("padding", ["same", "valid", "circular"])
@pytest.mark.parametrize("end", ["Flatten", "GlobalAvgPool"])
@pytest.mark.parametrize("sigma_b", [0.0, 0.2])
def test_relu_against_loops_over_positions(padding: str, end: str, sigma_b: float) -> None:
    """If false, a convolution, flattening or pooling averages other pairs of positions, or drops a layer's gradient."""
    x, y = pair(np.random.default_rng(SEED))
    network = parse_architecture(
        f"Conv(3, 1.5, {sigma_b}, padding='same') >> relu >> Conv(3, 1.2, {sigma_b}, padding='{padding}') >> relu "
        f">> {end}() >> Dense(1.1, 0.3) >> relu >> Dense(0.9)"
    )
    hidden = relu(relu(images(x, y).conv(3, 1.5, sigma_b, "same")).conv(3, 1.2, sigma_b, padding))
    wanted = finish(hidden.flat(equal=end == "Flatten"))
    both = np.stack([x, y])
    np.testing.assert_allclose(network.nngp(both)[0, 1], wanted.xy, rtol=1e-12)
    np.testing.assert_allclose(np.diag(network.nngp(both)), [wanted.xx, wanted.yy], rtol=1e-12)
    np.testing.assert_allclose(network.ntk(both)[0, 1], wanted.ntk, rtol=1e-12)
    np.testing.assert_allclose(network.ntk(both[:1], both[1:])[0, 0], network.ntk(both)[0, 1], rtol=1e-13)


def test_sign_with_pooling() -> None:
    """If false, the covariance between positions of one image is taken for 1, as by neural-tangents: 150 % off."""
    x, y = pair(np.random.default_rng(SEED))
    network = parse_architecture("Conv(3, 1, 0.1) >> sign >> GlobalAvgPool() >> Dense(1.1, 0.3) >> relu >> Dense(0.9)")
    hidden = images(x, y).conv(3, 1.0, 0.1, "same").act(sign_dual, no_slope)
    wanted = finish(hidden.flat(equal=False))
    kernel = network.nngp(np.stack([x, y]))
    np.testing.assert_allclose(kernel[0, 1], wanted.xy, rtol=1e-12)
    np.testing.assert_allclose(np.diag(kernel), [wanted.xx, wanted.yy], rtol=1e-12)


def test_sign_with_pooling_against_a_wide_layer() -> None:
    """If false, the formula for signs and pooling is not the law of random filters. Hoeffding at 1e-9 per entry."""
    rng = np.random.default_rng(SEED)
    both = np.stack(pair(rng))
    channels = 40000
    padded = np.pad(both, ((0, 0), (1, 1), (1, 1), (0, 0)))
    patches = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2)).reshape(2, 12, 18)
    weights = rng.standard_normal((18, channels)) / np.sqrt(18)
    features = np.sign(patches @ weights + 0.1 * rng.standard_normal(channels)).mean(axis=1)
    found = features @ features.T / channels
    kernel = parse_architecture("Conv(3, 1, 0.1) >> sign >> GlobalAvgPool() >> Dense(1)").nngp(both)
    assert (np.abs(found - kernel) <= np.sqrt(2 * np.log(2 / 1e-9) / channels)).all()


def test_cntk_of_arora_2019() -> None:
    """If false, the CNTK cannot be had from these layers up to its scale: patch sums, and no bias.

    There Sigma = tr_D K sums over patches of q^2 offsets and channels, and K carries c_sigma / q^2 = 2 / q^2: that is
    sigma_w = sqrt(2) after the first layer; the first has q^2 channels in place of a mean, and the read-out sigma_w =
    sqrt(2) acts without its own gradient: Theta_pool of the paper = (NTK - NNGP) times q^2 channels.
    """
    x, y = pair(np.random.default_rng(SEED))
    network = parse_architecture("Conv(3, 1) >> relu >> Conv(3, sqrt(2)) >> relu >> GlobalAvgPool() >> Dense(sqrt(2))")
    start = {key: 2 * value for key, value in images(x, y).K.items()}
    sums = patch_sums(start)
    sigma, theta = sums, sums
    for layer in (1, 2):
        law = {key: (sigma[key[:3] * 2], sigma[key[3:] * 2], sigma[key]) for key in sigma}
        kernel = {key: 2 / 9 * relu_dual(*law[key]) for key in law}
        slopes = {key: 2 / 9 * relu_slope(*law[key]) * theta[key] for key in law}
        if layer == 2:
            theta = {key: slopes[key] for key in slopes}
            break
        sigma = patch_sums(kernel)
        theta = patch_sums({key: slopes[key] + kernel[key] for key in kernel})
    pooled = [value for key, value in theta.items() if key[0] == 0 and key[3] == 1]
    both = np.stack([x, y])
    ours = (network.ntk(both) - network.nngp(both))[0, 1]
    # The last 2 / 9 of the paper stands for c_sigma / q^2, ours for sigma_w^2 = 2; the input scale is 18.
    np.testing.assert_allclose(9 * np.mean(pooled), 18 * ours, rtol=1e-12)


def patch_sums(values: dict[tuple[int, ...], float]) -> dict[tuple[int, ...], float]:
    """The operator tr_D with zero padding on 3 x 4 positions."""
    offsets = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return {
        key: sum(values.get((key[0], key[1] + i, key[2] + j, key[3], key[4] + i, key[5] + j), 0.0) for i, j in offsets)
        for key in values
    }


def test_one_by_one_images_are_vectors() -> None:
    """If false, a convolution differs from a dense layer where there is one position."""
    X = np.random.default_rng(SEED).standard_normal((4, 5))
    vectors = parse_architecture("Dense(1.5, 0.1) >> gelu >> Dense(1.2) >> erf >> Dense(1)")
    for end in ("Flatten()", "GlobalAvgPool()"):
        convolution = parse_architecture(f"Conv(1, 1.5, 0.1) >> gelu >> Conv(1, 1.2) >> erf >> {end} >> Dense(1)")
        np.testing.assert_allclose(convolution.ntk(X[:, None, None, :]), vectors.ntk(X), rtol=1e-13)


def test_tiles_do_not_show() -> None:
    """If false, a block of the kernel depends on how the pairs were cut into tiles."""
    X = np.random.default_rng(SEED).standard_normal((9, 12, 12, 1))
    network = parse_architecture("Conv(3, 1.5) >> relu >> GlobalAvgPool() >> Dense(1) >> relu >> Dense(1)")
    whole = network.ntk(X)
    np.testing.assert_array_equal(whole, whole.T)
    np.testing.assert_allclose(whole[7:, :3], network.ntk(X[7:], X[:3]), rtol=1e-12)


def test_repeated_and_empty_images() -> None:
    """If false, equal images get different kernels, or an empty one gets NaN."""
    X = np.random.default_rng(SEED).standard_normal((3, 4, 4, 2))
    X[1], X[2] = X[0], 0.0
    for text in ("relu >> GlobalAvgPool()", "relu >> Flatten()", "relu_squared >> GlobalAvgPool()"):
        network = parse_architecture(f"Conv(3, 1.5) >> {text} >> Dense(1) >> relu >> Dense(1)")
        kernel = network.ntk(X)
        np.testing.assert_allclose(kernel[:2, :2], kernel[0, 0], rtol=1e-14)
        np.testing.assert_array_equal(kernel[2], 0.0)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"size": 0}, "size=0"),
        ({"size": (3, 1.5)}, "size="),
        ({"size": 3, "stride": 0}, "stride=0"),
        ({"size": 3, "padding": "reflect"}, "padding='reflect'"),
    ],
)
def test_wrong_windows_are_named(arguments: dict[str, object], named: str) -> None:
    """If false, a window that does not exist gets a kernel."""
    with pytest.raises(InvalidArgument, match=named):
        Conv(sigma_w=1, **arguments)  # type: ignore[arg-type]


def test_wrong_images_are_named() -> None:
    """If false, data of another shape is read as images, or a window larger than the image is moved over it."""
    network = parse_architecture("Conv(3, 1, padding='valid') >> Flatten() >> Dense(1)")
    with pytest.raises(InvalidArgument, match="shape"):
        network.nngp(np.ones((2, 5)))
    with pytest.raises(InvalidArgument, match="does not fit"):
        network.nngp(np.ones((2, 2, 2, 1)))
    with pytest.raises(InvalidArgument, match="height"):
        network.nngp(np.ones((2, 3, 3, 1)), np.ones((2, 4, 3, 1)))
