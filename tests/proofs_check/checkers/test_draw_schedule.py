"""Schedules of one law: first look at the target, later ones double, no budget spent in vain."""

import pytest

from proofs_check.checkers.draw_schedule import TARGET, plan_draws
from proofs_check.statistics.distribution import band_half_width


def test_the_first_look_meets_the_target_and_later_ones_double() -> None:
    """The plan would draw too little to decide, or more than it needs."""
    schedule = plan_draws(0.02, band_half_width, 1e-9, 10**9)
    assert not schedule.is_refused
    first, second, third = schedule.sizes
    assert band_half_width(first, schedule.level) <= TARGET * 0.02 < band_half_width(first - 2, schedule.level)
    assert first * 2 == second
    assert first * 4 == third
    assert [stage for stage, _ in schedule.looks()] == ["look 1", "look 2", "look 3"]
    assert 3 * schedule.level == pytest.approx(1e-9)


def test_the_last_look_is_the_whole_budget() -> None:
    """Draws would exceed the budget."""
    schedule = plan_draws(0.02, band_half_width, 1e-9, 100_000)
    assert max(schedule.sizes) == 100_000


def test_what_cannot_be_resolved_gets_a_pilot_and_a_reason() -> None:
    """The budget would be spent in vain, or the user not be told what it takes."""
    schedule = plan_draws(1e-4, band_half_width, 1e-9, 100_000)
    assert schedule.is_refused
    assert list(schedule.looks()) == [("pilot", 5000)]
    needed = float(schedule.refusal("samples").partition("takes about ")[2].split()[0])
    assert band_half_width(int(needed), schedule.level) <= 1.05 * TARGET * 1e-4
    assert schedule.power(lambda draws, room: 1.0 if room == 0 else 0.0) == 0.0
