"""Writers of files and of terminal text: what a reader gets, from protected results only.

Nothing here sees a true count. The heavy libraries (matplotlib, jinja2, polars) are loaded when a writer runs,
never when the command starts.
"""

from cohort.outputs.console import console_summary
from cohort.outputs.tables import frames
from cohort.outputs.write import write_results

__all__ = ["console_summary", "frames", "write_results"]
