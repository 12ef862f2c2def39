"""Data minimisation: a study reads only the columns that it uses, in every engine and in every document."""

from __future__ import annotations

from dataclasses import replace

from cohort.query.rows import LinkUnit, NamedRows, Rows, TableRows, inputs, with_input
from cohort.query.study import Definition, Study
from cohort.resolve.caveats import columns_used


def minimised(study: Study) -> Study:
    """Return the same study with held tables cut down to the columns it uses and their keys.

    The key stays because it orders ties. Columns that a study does not name cannot change its results.
    """
    used = columns_used(study)
    done: dict[str, Definition] = {}

    def renewed(rows: Rows) -> Rows:
        match rows:
            case TableRows():
                kept = tuple(
                    c for c in rows.columns if f"{rows.table}.{c.name}" in used or c.name in rows.key
                )
                return replace(rows, columns=kept)
            case NamedRows():
                return done[rows.name].named
            case LinkUnit():
                return replace(rows, rows=renewed(rows.rows), mapping=renewed(rows.mapping))
            case _:
                return with_input(rows, renewed(inputs(rows)[0]))

    for definition in study.definitions:
        stages = tuple(replace(stage, rows=renewed(stage.rows)) for stage in definition.stages)
        done[definition.name] = replace(definition, stages=stages)
    return replace(study, definitions=tuple(done.values()))
