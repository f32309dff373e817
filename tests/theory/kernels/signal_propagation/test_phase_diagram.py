"""The phase diagram as data and as a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from theory.errors import InvalidArgument
from theory.kernels.signal_propagation import derive_phase_diagram


def test_line_separates_the_phases() -> None:
    """If false, a point left of the edge of chaos is chaotic, or one right of it ordered."""
    diagram = derive_phase_diagram("erf", sigma_w=(0.5, 2.5), sigma_b=(0.1, 0.9), points=6)
    for row, (edge, bias) in enumerate(diagram.line):
        assert bias == diagram.sigma_b[row]
        assert ((diagram.chi_1[row] > 1) == (diagram.sigma_w > edge)).all()


def test_no_attracting_length_is_nan() -> None:
    """If false, ReLU beyond sigma_w^2 = 2 shows a chi_1 for lengths that diverge."""
    diagram = derive_phase_diagram("relu", sigma_w=(1.0, 2.0), sigma_b=(0.1, 0.5), points=3)
    assert np.isnan(diagram.q_star[:, 1:]).all()
    assert np.isfinite(diagram.q_star[:, 0]).all()
    assert diagram.line.shape == (0, 2)


def test_picture_is_saved(tmp_path: Path) -> None:
    """If false, no picture is written, or its kind does not follow the suffix."""
    diagram = derive_phase_diagram("erf", sigma_w=(0.5, 2.0), sigma_b=(0.1, 0.5), points=3)
    assert diagram.draw(tmp_path / "phases.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in diagram.draw(tmp_path / "phases.svg").read_bytes()
    with pytest.raises(InvalidArgument, match="low < high"):
        derive_phase_diagram("erf", sigma_w=(2.0, 1.0), sigma_b=(0.1, 0.5))
