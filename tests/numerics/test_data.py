"""Data sets: what is chosen from them, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.data import dataset_of, load_digits, load_file
from numerics.errors import InvalidArgument, MalformedData


def sines(X):
    """Sines of the angles between the lines through the rows, off the diagonal."""
    units = X / np.linalg.norm(X, axis=1, keepdims=True)
    residuals = units[:, None] - (units @ units.T)[:, :, None] * units[None]
    return np.linalg.norm(residuals, axis=2)[~np.eye(len(X), dtype=bool)]


def test_digits_are_scaled_and_read_only():
    """False if the digits left [0, 1], lost their labels, or could be changed under a claim's feet."""
    digits = load_digits()
    assert digits.inputs.shape == (1797, 64)
    assert digits.inputs.min() == 0.0
    assert digits.inputs.max() == 1.0
    assert sorted(set(digits.targets)) == list(range(10))
    with pytest.raises(ValueError, match="read-only"):
        digits.inputs[0, 0] = 2.0


def test_digest_follows_content():
    """False if two contents shared a digest, or one content had two: cached verdicts would be wrong or useless."""
    base = dataset_of("a", [[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0])
    assert base.digest == dataset_of("b", [[1, 2], [3, 4]], [0, 1]).digest
    others = [([[1.0, 2.0], [3.0, 5.0]], [0.0, 1.0]), ([[1.0, 2.0], [3.0, 4.0]], None), ([[1.0], [2.0]], [3.0, 4.0])]
    assert base.digest not in {dataset_of("a", X, y).digest for X, y in others}


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_rows_are_never_parallel(seed, count):
    """False if rows repeated a direction: kernels of them would be singular for a reason the claim excludes."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 3))
    crowd = np.vstack([np.zeros((1, 3)), X, -2.0 * X, X[::-1]])
    rows = dataset_of("crowd", crowd).rows(count, normalise=False)
    assert rows.shape == (count, 3)
    assert np.all(sines(rows) > 0)
    assert all(any(np.array_equal(row, source) for source in crowd) for row in rows)


def test_rows_spread_widely():
    """False if the choice were no better than the first rows of the file."""
    digits = load_digits()
    assert sines(digits.unit_rows(8)).min() > sines(digits.inputs[:8]).min()


def test_rows_refuse_to_repeat_a_direction():
    """False if a data set with two directions delivered three."""
    flat = dataset_of("flat", [[1.0, 1.0], [-3.0, -3.0], [0.1, 0.1], [1.0, 0.0], [0.0, 0.0]])
    assert flat.rows(2, normalise=False).tolist() == [[1.0, 1.0], [1.0, 0.0]]
    with pytest.raises(MalformedData, match=r"'flat' has 2 pairwise non-parallel rows but 3 are needed"):
        flat.rows(3, normalise=True)
    with pytest.raises(InvalidArgument, match="at least 1"):
        flat.rows(0, normalise=True)


def test_later_rows_are_searched_when_the_first_are_alike():
    """False if a file sorted by class had to fail although distinct directions come later."""
    alike = np.repeat([[1.0, 0.0]], 1000, axis=0)
    rows = dataset_of("sorted", np.vstack([alike, [[0.0, 1.0]]])).rows(2, normalise=True)
    assert rows.tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_unit_rows_survive_extreme_scales(scale):
    """False if squares of large or small entries overflowed or vanished on the way to unit norm."""
    rows = dataset_of("scaled", np.array([[3.0, 4.0], [1.0, 0.0]]) * scale).unit_rows(2)
    np.testing.assert_allclose(rows, [[0.6, 0.8], [1.0, 0.0]], rtol=8 * np.finfo(float).eps)


def test_labels_are_standardised():
    """False if targets of the chosen rows were not centred, scaled, or kept in the order of the rows."""
    digits = load_digits()
    X, y = digits.labelled_rows(20, normalise=True)
    assert abs(y.mean()) <= 20 * np.finfo(float).eps
    assert abs((y**2).mean() - 1) <= 20 * np.finfo(float).eps
    raw = [digits.targets[np.argmax(digits.inputs @ x / np.linalg.norm(digits.inputs, axis=1))] for x in X]
    assert np.array_equal(np.argsort(raw, kind="stable"), np.argsort(y, kind="stable"))


def test_two_labels_become_signs_and_missing_ones_are_made():
    """False if binary targets were not +-1, or data without targets had none, or had all of one sign."""
    X = [[1.0, 0.0], [1.0, 1.0], [1.0, 5.0]]
    assert dataset_of("binary", X, [7.0, 7.0, 9.0]).labelled_rows(3, False)[1].tolist().count(-1.0) == 2
    rows, y = dataset_of("bare", X).labelled_rows(3, False)
    assert np.array_equal(y, np.where(rows[:, 1] >= 2.0, 1.0, -1.0))
    with pytest.raises(MalformedData, match=r"all have the target 3\.0"):
        dataset_of("constant", X, [3.0, 3.0, 3.0]).labelled_rows(2, False)


@pytest.mark.parametrize(
    ("inputs", "targets", "complaint"),
    [
        ([[1.0, np.nan], [0.0, 1.0]], None, r"inputs\[0, 1\] is nan"),
        ([[1.0, np.inf], [0.0, 1.0]], None, r"inputs\[0, 1\] is inf"),
        ([[1.0, 2.0]], None, "at least 2 rows"),
        ([1.0, 2.0], None, "1 axes"),
        ([["a", "b"], ["c", "d"]], None, "not an array of real numbers"),
        ([[1j, 0], [0, 1]], None, "not an array of real numbers"),
        ([[1.0], [2.0, 3.0]], None, "not an array of real numbers"),
        ([[1.0], [2.0]], [1.0, 2.0, 3.0], "3 targets for 2 rows"),
        ([[1.0], [2.0]], [1.0, np.nan], r"targets\[1\] is nan"),
        (np.zeros((3, 0)), None, "1 column"),
    ],
)
def test_malformed_arrays_are_refused(inputs, targets, complaint):
    """False if data that no simulation can use got through, or the message did not say what is wrong."""
    with pytest.raises(MalformedData, match=complaint):
        dataset_of("bad", inputs, targets)


def test_files_of_other_kinds_are_refused(tmp_path):
    """False if a missing file or an unknown suffix raised anything but one sentence for the user."""
    with pytest.raises(MalformedData, match=r"missing\.csv: no such file"):
        load_file(tmp_path / "missing.csv")
    with pytest.raises(MalformedData, match=r"suffix '\.pkl'; \.npz, \.npy and \.csv are allowed"):
        load_file(tmp_path / "data.pkl")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(MalformedData, match="no such file"):
        load_file(tmp_path / "folder.csv")


def test_file_and_memory_agree(tmp_path):
    """False if the same content from a file and from memory counted as different data."""
    np.savez(tmp_path / "mine.npz", X=[[1.0, 2.0], [3.0, 4.0]], y=[1, 2])
    loaded = load_file(tmp_path / "mine.npz")
    assert loaded.name == "mine"
    assert loaded.digest == dataset_of("memory", [[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0]).digest
