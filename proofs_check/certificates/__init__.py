"""Certificates: evidence in a file, checked again without the search that found it.

One module per kind, with `KIND: str` and `recheck(content) -> Recheck`; it raises `MalformedCertificate` where the
content has not its form, `NeedsPaper` where it cannot be checked alone, and returns `Recheck(valid=False, ...)` where
it has its form but does not prove its statement.
"""

from .record import SCHEMA, CertificateFile, MalformedCertificate, NeedsPaper, Recheck

__all__ = ["SCHEMA", "CertificateFile", "MalformedCertificate", "NeedsPaper", "Recheck"]
