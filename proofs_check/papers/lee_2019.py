"""Lee, Xiao, Schoenholz, Bahri, Novak, Sohl-Dickstein, Pennington (2019). Wide neural networks of any depth evolve as
linear models under gradient descent.

NTK parameterisation, f(x) with weights sigma_w m^(-1/2) W, biases sigma_b b, all standard normal and all trained; loss
1/2 sum_i (f(x_i) - y_i)^2, no 1/n. At infinite width f is Gaussian with covariance K (NNGP) at initialisation, and
training is linear with kernel Theta (NTK):
f_k(x) = f_0(x) + Theta(x, X) Theta^(-1) (I - (I - eta Theta)^k) (Y - f_0(X)).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
from hypothesis import strategies as st
from scipy.special import ndtr

from numerics.nonlinearities import ERF, RELU, Nonlinearity
from numerics.sampling import sample_tangent_kernel
from numerics.training import linearised_outputs, train_one_hidden_layer
from proofs_check.claims import Law, Limit, Rate, Scaling, Twin
from proofs_check.sources import Paper
from proofs_check.strategies import gram_matrices, together
from theory.kernels.linearised import ensemble_mean
from theory.kernels.mlp import InfiniteMLP
from theory.kernels.training import GradientDescent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

PAPER = Paper(
    title="Wide neural networks of any depth evolve as linear models under gradient descent",
    authors=("Lee", "Xiao", "Schoenholz", "Bahri", "Novak", "Sohl-Dickstein", "Pennington"),
    year=2019,
    arxiv="1902.06720",
    venue="Advances in Neural Information Processing Systems 32",
    note="Statements and numbering are restated from memory.",
)

SCALES = {"sigma_w": 1.5, "sigma_b": 0.1}
WIDTHS = (64, 256, 1024, 4096, 16384)
RECURSION = (
    r"\Theta^{l+1} = K^{l+1} + \sigma_w^2\, \mathbb{E}[\phi'(u)\phi'(v)]\, \Theta^l,\quad"
    r" K^{l+1} = \sigma_w^2\, \mathbb{E}[\phi(u)\phi(v)] + \sigma_b^2"
)


def images(count: int) -> Any:
    """Rows of the data set with squared norm d, so that pre-activations have variance of order one."""

    def rows(dataset: Dataset) -> Array:
        points = dataset.unit_rows(count)
        return np.asarray(points * np.sqrt(points.shape[1]))

    return rows


def upper_triangle(matrices: Array) -> Array:
    """Entries on and above the diagonal, (..., n (n + 1) / 2)."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


def finite_kernel(nonlinearity: Nonlinearity) -> Any:
    """Simulates the tangent kernel of two hidden layers at initialisation."""

    def simulate(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
        sample = sample_tangent_kernel(
            X, nonlinearity=nonlinearity, widths=(width, width), draws=draws, rng=rng, **SCALES
        )
        return upper_triangle(sample.kernel)

    return simulate


def infinite_kernel(activation: str) -> Any:
    """The NTK of two hidden layers by recursion, from the derived dual of the activation."""
    return lambda X: upper_triangle(InfiniteMLP(activation, depth=2, **SCALES).ntk(X))


def one_layer_fewer(activation: str) -> Any:
    """The recursion stopped one layer early."""
    return lambda X: upper_triangle(InfiniteMLP(activation, depth=1, **SCALES).ntk(X))


def variance_for_deviation(activation: str) -> Any:
    """sigma_w and sigma_b taken for variances."""
    scales = {name: value**0.5 for name, value in SCALES.items()}
    return lambda X: upper_triangle(InfiniteMLP(activation, depth=2, **scales).ntk(X))


def history(activation: str) -> tuple[Twin, ...]:
    """Mistakes found in print and in code."""
    return (
        Twin(label="one layer fewer", change="history", changes={"limit": one_layer_fewer(activation)}),
        Twin(
            label="standard deviations taken for variances",
            change="history",
            changes={"limit": variance_for_deviation(activation)},
        ),
    )


NTK_RELU = Limit(
    slug="ntk_relu",
    locator="Section 2.2, eq. (S12)",
    statement=RECURSION,
    text="the tangent kernel of a wide ReLU network at initialisation tends to the recursion",
    checked=r"\mathbb{E}\,\hat\Theta \to \Theta \text{ for two hidden layers, corrections } O(1/m)",
    difference="the mean is checked, on three images, at equal widths of both layers",
    source="memory",
    inputs=images(3),
    simulate=finite_kernel(RELU),
    limit=infinite_kernel("relu"),
    widths=WIDTHS,
    correction_order=Fraction(1),
    resolution=0.009,
    twins=history("relu"),
)

NTK_ERF = Limit(
    slug="ntk_erf",
    locator="Section 2.2, eq. (S12)",
    statement=RECURSION,
    text="the tangent kernel of a wide erf network at initialisation tends to the recursion",
    checked=r"\mathbb{E}\,\hat\Theta \to \Theta \text{ for two hidden layers, corrections } O(1/m)",
    difference="the mean is checked, on three images, at equal widths of both layers",
    source="memory",
    inputs=images(3),
    simulate=finite_kernel(ERF),
    limit=infinite_kernel("erf"),
    widths=WIDTHS,
    correction_order=Fraction(1),
    resolution=0.008,
    twins=history("erf"),
)


def kernel_fluctuation(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Half the squared distance of two independent tangent kernels; its mean is the variance of one."""
    sample = sample_tangent_kernel(X, nonlinearity=ERF, widths=(width, width), draws=2 * draws, rng=rng, **SCALES)
    difference = sample.kernel[:draws] - sample.kernel[draws:]
    return np.asarray((difference**2).sum(axis=(1, 2)) / 2)


FLUCTUATION = Scaling(
    slug="kernel_fluctuation",
    locator="Theorem 2.1 (proof), Lemma 1",
    statement=r"\|\hat\Theta_0 - \Theta\|_F = O(m^{-1/2})",
    text="the tangent kernel at initialisation fluctuates like one over the square root of the width",
    checked=r"\mathbb{E}\,\|\hat\Theta_0 - \mathbb{E}\hat\Theta_0\|_F^2 \propto m^{-1}",
    difference="sharper, an exact power; about the mean instead of the limit; for erf and two hidden layers",
    source="memory",
    inputs=images(2),
    simulate=kernel_fluctuation,
    widths=(32, 128, 512, 2048, 8192),
    exponent=Fraction(1),
    rivals=(Fraction(1, 2), Fraction(3, 2)),
)

OUTPUT_LAW = Law(
    slug="output_law",
    locator="Section 2.2",
    statement=r"f_0(x) \sim \mathcal{N}(0, K(x, x))",
    text="the output of a wide network at initialisation is Gaussian",
    checked=r"\sup_t |P(f_0(x) \le t) - \Phi(t/\sqrt{K(x,x)})| \le 1/50 \text{ at width 128}",
    difference="one input, two hidden layers of 128 ReLU units, up to the resolution",
    source="memory",
    inputs=images(1),
    sample=lambda X, draws, rng: sample_tangent_kernel(
        X, nonlinearity=RELU, widths=(128, 128), draws=draws, rng=rng, **SCALES
    ).outputs[:, 0],
    cdf=lambda values, X: ndtr(values / np.sqrt(InfiniteMLP("relu", depth=2, **SCALES).nngp(X)[0, 0])),
    resolution=0.02,
    width=256,
    approximate=True,
    twins=(
        Twin(
            label="standard deviation 10 % too large",
            change="constant",
            changes={
                "cdf": lambda values, X: ndtr(
                    values / np.sqrt(1.21 * InfiniteMLP("relu", depth=2, **SCALES).nngp(X)[0, 0])
                )
            },
        ),
    ),
)

STEPS = 5
TARGETS = np.array([1.0, -1.0, 1.0])
RUN = {"sigma_w": 1.5, "sigma_b": 0.5}


def largest_step(theta: Array) -> float:
    """Half of the largest stable step of the infinitely wide network."""
    return float(1.0 / np.linalg.eigvalsh(theta)[-1])


def train(X: Array, width: int, draws: int, rng: np.random.Generator, *, symmetric: bool) -> Any:
    """Networks of one hidden layer of erf units, trained on three images, seen on two more."""
    theta = InfiniteMLP("erf", depth=1, **RUN).ntk(X[:3])
    return train_one_hidden_layer(
        X[:3],
        TARGETS,
        X[3:],
        nonlinearity=ERF,
        width=width,
        step=largest_step(theta),
        steps=STEPS,
        draws=draws,
        rng=rng,
        symmetric=symmetric,
        **RUN,
    )


def trained_outputs(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Outputs on the two test images after training from a symmetric start."""
    return np.asarray(train(X, width, draws, rng, symmetric=True).test_outputs[:, -1])


def predicted_mean(X: Array, *, steps: int = STEPS, activation: str = "erf") -> Array:
    """The closed form on the two test images."""
    theta = InfiniteMLP(activation, depth=1, **RUN).ntk(X)
    training = GradientDescent(eta=largest_step(theta[:3, :3]), steps=steps)
    return np.asarray(ensemble_mean(theta[:3, :3], theta[3:, :3], TARGETS, training))


TRAINED_MEAN = Limit(
    slug="trained_mean",
    locator="Section 2.3, eq. (14)",
    statement=r"\mu(x) = \Theta(x, X)\,\Theta^{-1}\,(I - e^{-\eta\Theta t})\,Y",
    text="the mean output of trained wide networks is kernel regression stopped early",
    checked=r"\mathbb{E} f_k(x) \to \Theta(x, X)\,\Theta^{-1}\,(I - (I - \eta\Theta)^k)\,Y",
    difference="five steps of gradient descent instead of gradient flow; networks that start at zero output",
    source="memory",
    inputs=images(5),
    simulate=trained_outputs,
    limit=predicted_mean,
    widths=(64, 256, 1024, 4096, 16384),
    correction_order=Fraction(1),
    resolution=0.015,
    twins=(
        Twin(
            label="two steps fewer", change="history", changes={"limit": lambda X: predicted_mean(X, steps=STEPS - 2)}
        ),
        Twin(
            label="kernel of the other activation",
            change="history",
            changes={"limit": lambda X: predicted_mean(X, activation="relu")},
        ),
    ),
)


def linearisation_error(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Distance on the training images between the network and its own linearisation, after training."""
    run = train(X, width, draws, rng, symmetric=False)
    theta = InfiniteMLP("erf", depth=1, **RUN).ntk(X[:3])
    linear = linearised_outputs(
        run.initial_kernel[:, :3, :3], run.outputs[:, 0], TARGETS, step=largest_step(theta), steps=STEPS
    )
    return np.asarray(np.linalg.norm(run.outputs[:, -1] - linear[:, -1], axis=1))


LINEARISATION = Scaling(
    slug="linearisation_error",
    locator="Theorem 2.1, eq. (12)",
    statement=r"\sup_{t \ge 0} \|f_t(x) - f_t^{\mathrm{lin}}(x)\|_2 = O(m^{-1/2})",
    text="a wide network stays close to its linearisation during training",
    checked=r"\mathbb{E}\,\|f_k(X) - f_k^{\mathrm{lin}}(X)\|_2 \propto m^{-1}",
    difference="sharper: the error is of order 1/m, not 1/sqrt(m); after five steps, one hidden layer of erf units",
    source="memory",
    inputs=images(5),
    simulate=linearisation_error,
    widths=(32, 128, 512, 2048, 8192),
    exponent=Fraction(1),
    rivals=(Fraction(1, 2), Fraction(3, 2)),
)


def linear_problem() -> st.SearchStrategy[dict[str, Any]]:
    """A kernel matrix, a residual (random or along the slowest direction) and a share of the critical step."""
    scalars = st.fixed_dictionaries(
        {
            "share": st.floats(0.05, 0.999),
            "along_slowest": st.booleans(),
            "seed": st.integers(0, 2**32 - 1),
        }
    )
    return together(gram_matrices(size=(1, 5), name="theta"), scalars)


def linear_start(data: Data) -> tuple[Array, Array]:
    """Kernel and initial residual."""
    theta = data["theta"]
    vectors = np.linalg.eigh(theta)[1]
    noise = np.random.default_rng(data["seed"]).standard_normal(len(theta))
    return theta, np.asarray(vectors[:, 0] if data["along_slowest"] else noise)


def critical_step(low: Any, high: Any, data: Data) -> Any:
    """A share of 2 / (lambda_min + lambda_max)."""
    return data["share"] * 2 / (low + high)


def largest_stable_step(low: Any, high: Any, data: Data) -> Any:
    """A share of 2 / lambda_max, where the linear model is stable but the rate is another."""
    return data["share"] * 2 / high


def linear_run(rule: Any, envelope: Any) -> dict[str, Any]:
    """Trajectory, envelope and precise evaluation of linear gradient descent; the step is taken from float64."""

    def spectrum(data: Data) -> tuple[float, float, float]:
        eigenvalues = np.linalg.eigvalsh(data["theta"])
        low, high = float(max(eigenvalues[0], 0.0)), float(max(eigenvalues[-1], 0.0))
        return low, high, float(rule(low, high, data)) if high > 0 else 1.0

    def trajectory(data: Data) -> Mapping[str, Any]:
        theta, residual = linear_start(data)
        path = linearised_outputs(theta[None], residual[None], np.zeros(len(theta)), step=spectrum(data)[2], steps=20)
        return {"values": np.linalg.norm(path[0], axis=1), "largest": spectrum(data)[1]}

    def bound(k: Array, data: Data, start: float) -> Array:
        low, _, step = spectrum(data)
        return np.asarray(start * envelope(step * low, k))

    def precise(data: Data, digits: int) -> tuple[Any, Any]:
        theta, residual = linear_start(data)
        step = mpmath.mpf(spectrum(data)[2])
        matrix, vector = mpmath.matrix(theta.tolist()), mpmath.matrix(residual.tolist())
        low = max(min(mpmath.eigsy(matrix, eigvals_only=True)), mpmath.mpf(0))
        values = [mpmath.norm(vector)]
        for _ in range(20):
            vector = vector - step * (matrix * vector)
            values.append(mpmath.norm(vector))
        return values[1:], [values[0] * envelope(step * low, k) for k in range(1, 21)]

    return {"trajectory": trajectory, "envelope": bound, "precise": precise}


CRITICAL_STEP = Rate(
    slug="critical_step",
    locator="Theorem 2.1",
    statement=r"\eta < \frac{2}{\lambda_{\min} + \lambda_{\max}} \Rightarrow"
    r" \|f_k - Y\|_2 \le (1 - \eta\lambda_{\min})^k\,\|f_0 - Y\|_2",
    text="below the critical step the linearised residual contracts at the rate of the slowest mode",
    checked=r"\text{the same, for the linear model with any kernel matrix}",
    difference="the paper has 1/3 of the exponent for the network itself, which leaves room for its non-linearity",
    source="derived",
    data=linear_problem,
    given=lambda data, path: path["largest"] > 1e-6,
    twins=(
        Twin(
            label="rate 1.1 times as fast",
            change="constant",
            changes=linear_run(critical_step, lambda r, k: (1 - r * 11 / 10) ** k),
        ),
        Twin(
            label="k squared steps",
            change="exponent",
            changes=linear_run(critical_step, lambda r, k: (1 - r) ** (k * k)),
        ),
        Twin(
            label="any step below 2 / lambda_max",
            change="history",
            changes=linear_run(largest_stable_step, lambda r, k: (1 - r) ** k),
        ),
    ),
    **linear_run(critical_step, lambda r, k: (1 - r) ** k),
)

CLAIMS = (NTK_RELU, NTK_ERF, FLUCTUATION, OUTPUT_LAW, TRAINED_MEAN, LINEARISATION, CRITICAL_STEP)
