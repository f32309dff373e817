"""Parts of the stable evaluation of dense kernels: certified series, angles, pairs, variances, the compiled tile."""

from .half_angle import Slopes, derive_slopes
from .native import NativeTiles, load_native
from .pairs import Pairs, Rows, input_pairs, ready_rows, require_fit
from .series import ChebyshevSeries, interpolate_certified
from .variances import Variances, derive_variances

__all__ = [
    "ChebyshevSeries",
    "NativeTiles",
    "Pairs",
    "Rows",
    "Slopes",
    "Variances",
    "derive_slopes",
    "derive_variances",
    "input_pairs",
    "interpolate_certified",
    "load_native",
    "ready_rows",
    "require_fit",
]
