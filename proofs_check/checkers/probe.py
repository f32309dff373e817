"""The probe of a search: measures instances of one claim and has violations evaluated again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ..errors import MalformedClaim, ProofsCheckError
from .instance import digest, quoted
from .measurement import PROVISIONAL, Measure, Measurement
from .trial import Trial

if TYPE_CHECKING:
    from .precise import Precise

    Data = Mapping[str, Any]

MOST_RECHECKS = 60
"""Violations in float64 that may turn out to be rounding before the search gives up."""
ALWAYS_RECHECKED, LARGE_RECHECKED = 10, 30
"""How many of the first violations are evaluated again whatever their size, and while their relative size is large."""


@final
@dataclass
class Ledger:
    """Violations in float64 that were not confirmed; `relative` and `absolute` are the largest cleared excesses.

    `answers` holds what was decided of each instance, so that the same instance is always answered alike.
    """

    rounding: int = 0
    waved: int = 0
    unconfirmed: int = 0
    rechecks: int = 0
    confirmed: Trial | None = None
    relative: float = 0.0
    absolute: float = 0.0
    doubt: str = ""
    answers: dict[str, Trial] = field(default_factory=dict)

    def is_new(self, measured: Measurement) -> bool:
        """True unless the excess is at most twice, in both measures, what was found to be rounding before.

        The first violations are always looked at, and so is equality, which violates a strict claim.
        """
        most = LARGE_RECHECKED if measured.relative > PROVISIONAL else ALWAYS_RECHECKED
        if self.rechecks < most or measured.absolute == 0:
            return True
        return measured.relative > 2 * self.relative or measured.absolute > 2 * self.absolute

    def clear(self, measured: Measurement) -> None:
        """Note an excess that many digits show to be rounding."""
        self.relative, self.absolute = max(self.relative, measured.relative), max(self.absolute, measured.absolute)

    @property
    def is_spent(self) -> bool:
        """True if so many violations were rounding that the rest could not be looked at."""
        return self.rechecks >= MOST_RECHECKS


@final
@dataclass(frozen=True, kw_only=True)
class Probe:
    """Measures instances of one claim. `name` is its kind and slug, for messages."""

    name: str
    measure: Measure
    ledger: Ledger = field(default_factory=Ledger)

    def trial(self, data: Data) -> Trial | None:
        """The instance measured, a violation confirmed; None if it fails the assumptions.

        Raises:
            MalformedClaim: if the claim's functions fail or give nan, naming the instance.
        """
        measured = self._measured(data)
        if measured is None:
            return None
        if np.isnan(measured.pressure):
            raise MalformedClaim(f"{self.name}: a side is nan at {quoted(data)}: exclude such data in `given`")
        if not measured.violated:
            return Trial(data=data, pressure=measured.pressure, ratio=measured.ratio)
        answers, key = self.ledger.answers, digest(data)
        if key not in answers:
            answers[key] = self._judged(data, measured)
        return answers[key]

    def _judged(self, data: Data, measured: Measurement) -> Trial:
        """A violation in float64: believed for now if another one is confirmed, else evaluated again."""
        ledger = self.ledger
        if ledger.confirmed and measured.relative > PROVISIONAL:
            return Trial(data=data, pressure=measured.pressure, ratio=measured.ratio, violation=ledger.confirmed)
        trial = Trial(
            data=data, pressure=min(measured.pressure, 1.0), ratio=measured.ratio and min(measured.ratio, 1.0)
        )
        if ledger.is_spent or not ledger.is_new(measured):
            ledger.rounding += 1
            ledger.waved += 1
            return trial
        ledger.rechecks += 1
        precise = self._rechecked(data, measured)
        if precise.violated:
            ledger.confirmed = Trial(data=data, pressure=measured.pressure, ratio=measured.ratio, violation=precise)
            return ledger.confirmed
        if precise.violated is None:
            ledger.unconfirmed += 1
            ledger.doubt = ledger.doubt or precise.how
        else:
            ledger.rounding += 1
            ledger.clear(measured)
        return trial

    def confirm(self, data: Data) -> Trial | None:
        """The second evaluation of a violation that was accepted provisionally while shrinking."""
        measured = self._measured(data)
        precise = None if measured is None else self._rechecked(data, measured)
        if measured is None or precise is None or not precise.violated:
            return None
        return Trial(data=data, pressure=measured.pressure, ratio=measured.ratio, violation=precise)

    def require_repeatable(self, trial: Trial) -> None:
        """Measure an instance once more.

        Raises:
            MalformedClaim: if it comes out otherwise, by more than rounding.
        """
        again = self._measured(trial.data)
        pressure = np.nan if again is None else again.pressure
        if again is not None and trial.violation is None:
            pressure = min(pressure, trial.pressure) if again.violated else pressure
        if pressure == trial.pressure or abs(pressure - trial.pressure) <= PROVISIONAL * max(1.0, abs(trial.pressure)):
            return
        raise MalformedClaim(
            f"{self.name}: the same instance gave {trial.pressure:.9g} and then {pressure:.9g}, at "
            f"{quoted(trial.data)}: draw all randomness from a seed that is part of the data"
        )

    def _measured(self, data: Data) -> Measurement | None:
        from hypothesis.errors import UnsatisfiedAssumption

        try:
            return self.measure(data)
        except UnsatisfiedAssumption:
            return None
        except ProofsCheckError:
            raise
        except Exception as error:  # foreign code: whatever it raises is told with the instance
            raise self._failure(error, data, "the claim's functions raised") from error

    def _rechecked(self, data: Data, measured: Measurement) -> Precise:
        try:
            return measured.recheck()
        except ProofsCheckError:
            raise
        except Exception as error:  # foreign code, as above
            raise self._failure(error, data, "`precise` raised") from error

    def _failure(self, error: Exception, data: Data, what: str) -> MalformedClaim:
        words = " ".join(str(error).split())[:200] or "no message"
        return MalformedClaim(
            f"{self.name}: {what} {type(error).__name__}: {words}, at {quoted(data)}: "
            "mend them, or exclude such data in `given`"
        )
