"""The layers of architectures."""

from ..architecture import Act
from .convolution import Conv
from .dense import Dense
from .layer_norm import LayerNorm
from .pooling import Flatten, GlobalAvgPool
from .residual import Residual

__all__ = ["Act", "Conv", "Dense", "Flatten", "GlobalAvgPool", "LayerNorm", "Residual"]
