"""Linkage: who is the same child. Today the repair of child codes that whole authorities changed.

The steps follow the public LACW algorithm, stage A step 4. Children who move to another authority get a new
code too; no field of the return itself says so, hence they are *not* unified here: only an ALF or a pupil
number can join them.
"""

from cohort.linkage.repair import CodeRepair, repair_codes
from cohort.linkage.score import RepairScore, score_repair
from cohort.linkage.unify import add_unified_ids

__all__ = ["CodeRepair", "RepairScore", "add_unified_ids", "repair_codes", "score_repair"]
