"""Profiles of Hypothesis, and a guard that fails every test or doctest that leaves a changed precision behind."""

from __future__ import annotations

import os
from collections.abc import Generator

import flint
import hypothesis
import mpmath
import pytest

hypothesis.settings.register_profile("dev", deadline=None, database=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, database=None, max_examples=100, derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def _precisions() -> dict[str, int]:
    return {"flint.ctx.prec": flint.ctx.prec, "mpmath.mp.prec": mpmath.mp.prec, "mpmath.iv.prec": mpmath.iv.prec}


class PrecisionGuard:
    """Compares the global precisions before and after each test, and puts them back."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run the test between two looks at the precisions."""
        before = _precisions()
        try:
            result = yield
        finally:
            after = _precisions()
            flint.ctx.prec, mpmath.mp.prec, mpmath.iv.prec = before.values()
        if after != before:
            pytest.fail(f"{item.nodeid} changed the global precision from {before} to {after}", pytrace=False)
        return result


def pytest_configure(config: pytest.Config) -> None:
    """Register the guard for the whole run: a fixture of this file would not reach the packages' doctests."""
    config.pluginmanager.register(PrecisionGuard(), "precision-guard")
