"""`python -m proofs_check` is the command `proofs-check`."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    raise SystemExit(main())
