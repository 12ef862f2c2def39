"""Synthetic looked-after children of Wales: careers, yearly returns derived from them, and known flaws.

No person's data enter: careers come from hazards (``assumptions.toml``) fitted to published totals. See
:func:`generate` and ``synthetic/README.md``.
"""

from cohort.synthetic.generate import DEFAULT_SEED, SyntheticHoldings, generate
from cohort.synthetic.inputs import InputsError
from cohort.synthetic.write import WriteRefusedError, refuse_foreign_folder, write_folder

__all__ = [
    "DEFAULT_SEED",
    "InputsError",
    "SyntheticHoldings",
    "WriteRefusedError",
    "generate",
    "refuse_foreign_folder",
    "write_folder",
]
