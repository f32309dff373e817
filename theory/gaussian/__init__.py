"""Gaussian calculus: exact expectations of class G, and an independent route in polar coordinates."""

from .certificate import PriceCertificate, certify
from .expectation import derive_at_angle, derive_at_correlation, derive_expectation, derive_mean
from .members import Member, Term
from .polar import enclose_arc_cosine, enclose_rectified_moment
from .reading import read_member

__all__ = [
    "Member",
    "PriceCertificate",
    "Term",
    "certify",
    "derive_at_angle",
    "derive_at_correlation",
    "derive_expectation",
    "derive_mean",
    "enclose_arc_cosine",
    "enclose_rectified_moment",
    "read_member",
]
