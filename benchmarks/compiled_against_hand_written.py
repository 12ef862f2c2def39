"""How much the compiled script costs against SQL that an analyst would write by hand for the same study.

Both give the flow and the five tables of the demo study on the same Parquet files, in the same process, in
turns; the median of several runs counts. Prints data size, times, ratio and peak memory of the process.

    python benchmarks/compiled_against_hand_written.py --data data/synthetic_wales --runs 5
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import duckdb

from cohort import pipeline
from cohort.engines.database import run_script

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "specs" / "infants_entering_care.yaml"

HAND_WRITTEN = """
CREATE OR REPLACE TEMP TABLE map AS
SELECT HYBRID_ID_PE AS hybrid, min(UNIFIED_ID) AS child, min(WOB) AS wob FROM derived
WHERE HYBRID_ID_PE IS NOT NULL GROUP BY 1;
CREATE OR REPLACE TEMP TABLE born AS
SELECT coalesce(child, hybrid) AS child, min(wob) AS wob FROM map GROUP BY 1;
CREATE OR REPLACE TEMP TABLE ep AS
SELECT *, lead(s) OVER w AS next_s, max(y) OVER (PARTITION BY child) AS last_y FROM (
  SELECT coalesce(m.child, HYBRID_ID_PE) AS child, LOCAL_AUTHORITY_CODE AS la, YEAR_CODE AS y,
    EPISODE_START_DATE AS s, EPISODE_END_DATE AS e, upper(trim(REASON_EPISODE_STARTED_CODE)) AS r,
    upper(trim(LEGAL_STATUS_CODE)) AS l, upper(trim(CATEGORY_OF_NEED_CODE)) AS n
  FROM episodes LEFT JOIN map m ON m.hybrid = HYBRID_ID_PE
  WHERE HYBRID_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL AND EPISODE_START_DATE IS NOT NULL
    AND YEAR_CODE <= 202021 AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= EPISODE_START_DATE)
  QUALIFY row_number() OVER (PARTITION BY coalesce(m.child, HYBRID_ID_PE), EPISODE_START_DATE
    ORDER BY YEAR_CODE DESC, HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER) = 1
) WINDOW w AS (PARTITION BY child ORDER BY s);
CREATE OR REPLACE TEMP TABLE ep2 AS
SELECT *, CASE WHEN e = next_s THEN e WHEN e IS NOT NULL THEN e + 1 WHEN next_s IS NOT NULL THEN next_s
  WHEN last_y < 202021 THEN make_date(CAST(last_y // 100 + 1 AS INT), 4, 1) ELSE DATE '2021-04-01' END AS u
FROM ep;
CREATE OR REPLACE TEMP TABLE period AS
SELECT child, min(s) AS s, max(u) AS u FROM (
  SELECT *, sum(CASE WHEN s <= prev THEN 0 ELSE 1 END) OVER (PARTITION BY child ORDER BY s, u) AS g FROM (
    SELECT child, s, u, max(u) OVER (PARTITION BY child ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      AS prev FROM ep2 WHERE s < u)) GROUP BY child, g
  QUALIFY row_number() OVER (PARTITION BY child ORDER BY min(s)) = 1;
CREATE OR REPLACE TEMP TABLE cohort AS
SELECT f.*, b.wob, f.s - b.wob AS days, (
    SELECT min(c.s) FROM ep2 c JOIN period p ON p.child = c.child WHERE c.child = f.child
      AND c.l IN ('C1', 'C2', 'E1', 'L2') AND c.s > f.s AND c.s < p.u AND c.s < f.s + INTERVAL 2 YEAR) AS ordered
FROM (SELECT * FROM ep2 QUALIFY row_number() OVER (PARTITION BY child ORDER BY s) = 1) f LEFT JOIN born b USING (child);
CREATE OR REPLACE TEMP TABLE flow AS
SELECT count(*) AS a, count(*) FILTER (r = 'S') AS b, count(*) FILTER (r = 'S' AND wob IS NOT NULL) AS c,
  count(*) FILTER (r = 'S' AND days BETWEEN 0 AND 365) AS d,
  count(*) FILTER (r = 'S' AND days BETWEEN 0 AND 365 AND s BETWEEN DATE '2003-04-01' AND DATE '2021-03-31') AS e,
  count(*) FILTER (r = 'S' AND days BETWEEN 0 AND 365 AND s BETWEEN DATE '2003-04-01' AND DATE '2021-03-31'
    AND l IN ('V2', 'C1')) AS f FROM cohort;
CREATE OR REPLACE TEMP TABLE infants AS
SELECT *, year(s) + (month(s) >= 4)::INT AS yr, CASE WHEN days < 14 THEN 0 WHEN days < 91 THEN 1 ELSE 2 END AS age,
  CASE WHEN (ordered - s) <= 28 THEN 0 WHEN (ordered - s) <= 91 THEN 1
    WHEN ordered IS NOT NULL THEN 2 ELSE 3 END AS conv
FROM cohort WHERE r = 'S' AND days BETWEEN 0 AND 365 AND s BETWEEN DATE '2003-04-01' AND DATE '2021-03-31'
  AND l IN ('V2', 'C1');
CREATE OR REPLACE TEMP TABLE t1 AS SELECT yr, l, count(*) FROM infants GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE t2 AS SELECT yr, conv, count(*) FROM infants
WHERE l = 'V2' AND s + INTERVAL 2 YEAR <= DATE '2021-03-31' GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE t3 AS SELECT age, l, count(*) FROM infants GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE t4 AS SELECT la, count(*) FROM infants GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE t5 AS SELECT n, count(*) FROM infants GROUP BY ALL;
"""


def by_hand(data: Path) -> tuple[float, tuple[int, ...]]:
    """Run the hand-written SQL; return seconds and the flow."""
    started = time.perf_counter()
    with duckdb.connect() as connection:
        for view, table in (("episodes", "LACW_EPISODE_MAIN"), ("derived", "LACW_LAC_ALF_DERIVED")):
            file = (data / f"{table}.parquet").as_posix()
            connection.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet('{file}')")
        connection.execute(HAND_WRITTEN)
        flow = connection.execute("SELECT * FROM flow").fetchone()
    assert flow is not None
    return time.perf_counter() - started, tuple(int(value) for value in flow)


def compiled(data: Path) -> tuple[float, float, tuple[int, ...]]:
    """Compile and run; return seconds to compile, seconds to run, and the flow."""
    started = time.perf_counter()
    study = pipeline.check_file(SPEC).study
    assert study is not None
    script = pipeline.compile_study(study, "duckdb")
    between = time.perf_counter()
    run = run_script(script, data)
    ended = time.perf_counter()
    steps = {row[1]: int(row[4]) for row in run.results if row[0] == "flow_of_infants"}
    flow = tuple(steps[name] for name in ("start", *(step.id for step in study.population.steps)))
    run.close()
    return between - started, ended - between, flow


def peak_megabytes() -> float | None:
    """Peak memory of this process in MB, where the system tells it."""
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "synthetic_wales")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    size = sum(file.stat().st_size for file in options.data.glob("*.parquet")) / 1e6
    hand, compile_times, run_times = [], [], []
    for _ in range(options.runs):
        seconds, flow = by_hand(options.data)
        hand.append(seconds)
        to_compile, to_run, other = compiled(options.data)
        compile_times.append(to_compile)
        run_times.append(to_run)
        if flow != other:
            raise SystemExit("the two do not give the same flow, so their times say nothing")
    by_hand_median, run_median = statistics.median(hand), statistics.median(run_times)
    print(f"data {size:.1f} MB of Parquet, {options.runs} runs in turns, medians")
    print(
        f"by hand {by_hand_median:.2f} s; compiled {run_median:.2f} s; ratio {run_median / by_hand_median:.2f}"
    )
    print(f"check and compile {statistics.median(compile_times):.2f} s")
    memory = peak_megabytes()
    print(f"peak memory {memory:.0f} MB" if memory is not None else "peak memory is not known on this system")


if __name__ == "__main__":
    main()
