-- infants_entering_care: the same rows as specs/infants_entering_care.yaml, as written by hand for DuckDB.
-- Shape: one map of child codes, the latest return of each episode, one row for each child, and counts of it.

CREATE TEMP TABLE child_codes AS
SELECT HYBRID_ID_PE AS hybrid, min(UNIFIED_ID) AS child, count(DISTINCT UNIFIED_ID) AS children
FROM LACW_LAC_ALF_DERIVED
WHERE HYBRID_ID_PE IS NOT NULL AND UNIFIED_ID IS NOT NULL
GROUP BY HYBRID_ID_PE;

CREATE TEMP TABLE born AS
SELECT coalesce(child, HYBRID_ID_PE) AS child, min(WOB) AS wob
FROM LACW_LAC_ALF_DERIVED LEFT JOIN child_codes ON hybrid = HYBRID_ID_PE
WHERE HYBRID_ID_PE IS NOT NULL
GROUP BY ALL;

CREATE TEMP TABLE returned AS
SELECT
    HYBRID_ID_PE AS hybrid, LOCAL_AUTHORITY_CODE AS la, YEAR_CODE AS year, EPISODE_NUMBER AS number,
    EPISODE_START_DATE AS s, EPISODE_END_DATE AS e, upper(trim(REASON_EPISODE_STARTED_CODE)) AS reason,
    nullif(upper(trim(LEGAL_STATUS_CODE)), '') AS legal, nullif(upper(trim(CATEGORY_OF_NEED_CODE)), '') AS need
FROM LACW_EPISODE_MAIN
WHERE HYBRID_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL AND EPISODE_START_DATE IS NOT NULL
    AND YEAR_CODE BETWEEN 200304 AND 202021 AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= EPISODE_START_DATE);

CREATE TEMP TABLE care AS
WITH latest AS (
    SELECT *, coalesce(child_codes.child, hybrid) AS unit FROM returned LEFT JOIN child_codes USING (hybrid)
    QUALIFY row_number() OVER (PARTITION BY unit, s ORDER BY year DESC, hybrid, la, number) = 1
),
beside AS (
    SELECT *, lead(s) OVER (PARTITION BY unit ORDER BY s) AS next_s, max(year) OVER (PARTITION BY unit) AS last_year
    FROM latest
)
SELECT
    unit AS child, s, la, reason, legal, need, CAST(CASE
        WHEN e = next_s THEN e
        WHEN e IS NOT NULL THEN e + 1
        WHEN next_s IS NOT NULL THEN next_s
        WHEN last_year < 202021 THEN make_date(last_year // 100 + 1, 4, 1)
        ELSE DATE '2021-04-01'
    END AS DATE) AS u
FROM beside;

CREATE TEMP TABLE first_period AS
SELECT child, max(u) AS u
FROM (
    SELECT *, sum(CASE WHEN s <= reach THEN 0 ELSE 1 END) OVER (PARTITION BY child ORDER BY s, u) AS n
    FROM (
        SELECT *, max(u) OVER (
            PARTITION BY child ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM care WHERE s < u
    )
)
WHERE n = 1 GROUP BY child;

CREATE TEMP TABLE flags AS
WITH first_episode AS (
    SELECT * FROM care QUALIFY row_number() OVER (PARTITION BY child ORDER BY s) = 1
),
ordered AS (
    SELECT f.child, min(c.s) AS day
    FROM first_episode AS f JOIN first_period AS p USING (child) JOIN care AS c USING (child)
    WHERE c.legal IN ('C1', 'C2', 'E1', 'L2') AND c.s > f.s AND c.s < p.u AND c.s < f.s + INTERVAL 2 YEAR
    GROUP BY f.child
)
SELECT
    f.child, f.s, f.la, f.legal, f.need, f.s - wob AS age, ordered.day - f.s AS days_to_order,
    coalesce(f.reason = 'S', false) AS rule_1,
    wob IS NOT NULL AS rule_2,
    coalesce(f.s - wob BETWEEN 0 AND 365, false) AS rule_3,
    f.s BETWEEN DATE '2003-04-01' AND DATE '2021-03-31' AS rule_4,
    coalesce(f.legal IN ('V2', 'C1'), false) AS rule_5
FROM first_episode AS f LEFT JOIN born USING (child) LEFT JOIN ordered USING (child);

CREATE TEMP TABLE infants AS
SELECT
    s, legal, CAST(la AS VARCHAR) AS local_authority, need AS category_of_need,
    CAST(year(s) + CASE WHEN month(s) >= 4 THEN 1 ELSE 0 END AS VARCHAR) AS year,
    CASE WHEN age < 14 THEN 'newborn (under 2 weeks)' WHEN age < 91 THEN '2 weeks to 3 months' ELSE '3 to 12 months' END
        AS age,
    CASE
        WHEN days_to_order <= 28 THEN 'within 4 weeks'
        WHEN days_to_order <= 91 THEN '4 to 13 weeks'
        WHEN days_to_order IS NOT NULL THEN '13 weeks to 2 years'
        ELSE 'none within 2 years'
    END AS conversion
FROM flags WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5;

CREATE TEMP TABLE results (
    table_name VARCHAR, row_value VARCHAR, column_value VARCHAR, layer_value VARCHAR, statistic VARCHAR,
    value BIGINT, number DOUBLE
);

INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
SELECT 'flow_of_infants', unnest([
    'start', 'started_to_be_looked_after', 'week_of_birth_known', 'under_one_year', 'entered_in_study_years',
    'voluntary_or_interim_care_order'
]), '', '', 'remaining', unnest([
    count(*), count(*) FILTER (WHERE rule_1), count(*) FILTER (WHERE rule_1 AND rule_2),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5)
])
FROM flags
UNION ALL
SELECT 'flow_of_infants', unnest([
    'started_to_be_looked_after', 'week_of_birth_known', 'under_one_year', 'entered_in_study_years',
    'voluntary_or_interim_care_order'
]), '', '', 'without_step', unnest([
    count(*) FILTER (WHERE rule_2 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4)
])
FROM flags
UNION ALL
SELECT 'entries_by_year', year, legal, '', 'count', count(*) FROM infants GROUP BY ALL
UNION ALL
SELECT 'conversion_by_year', year, conversion, '', 'count', count(*) FROM infants
WHERE legal = 'V2' AND s + INTERVAL 2 YEAR <= DATE '2021-03-31' GROUP BY ALL
UNION ALL
SELECT 'age_by_legal_status', age, legal, '', 'count', count(*) FROM infants GROUP BY ALL
UNION ALL
SELECT 'entry_characteristics_by_' || variable, coalesce(category, 'missing'), '', '', 'count', count(*)
FROM (SELECT local_authority, category_of_need FROM infants) UNPIVOT INCLUDE NULLS (category FOR variable IN (*))
GROUP BY ALL;

-- How many child codes lead to one unified child, to several, to none.
INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
SELECT 'linkage_of_care_episodes', unnest(['linked', 'conflicting', 'not linked']), '', '', 'count', unnest([
    count(*) FILTER (WHERE children = 1), count(*) FILTER (WHERE children > 1), count(*) FILTER (WHERE children IS NULL)
])
FROM (SELECT DISTINCT hybrid FROM returned) LEFT JOIN child_codes USING (hybrid);
