-- first_care_entry_gcse: the same rows as specs/first_care_entry_gcse.yaml, as written by hand for DuckDB.
-- Shape: care careers give the entries; rules; then school rows for members only. The linkage report needs every
-- pupil number once.

-- ---------------------------------------------------------------------------------------------------------------
-- Who is behind a child code: an improved link, else a routine one.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE routine AS
SELECT SYSTEM_ID_PE AS system_id, LOCAL_AUTHORITY_CODE AS la, min(ALF_PE) AS person, count(DISTINCT ALF_PE) AS people
FROM LACW_PUPIL_ALF
WHERE ALF_PE IS NOT NULL AND ALF_STS_CD IN (1, 4, 39) AND SYSTEM_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL
GROUP BY ALL;

CREATE TEMP TABLE codes AS
SELECT DISTINCT HYBRID_ID_PE AS hybrid, SYSTEM_ID_PE AS system_id, LOCAL_AUTHORITY_CODE AS la
FROM LACW_EPISODE_MAIN
WHERE HYBRID_ID_PE IS NOT NULL AND SYSTEM_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL;

CREATE TEMP TABLE links AS
SELECT hybrid, person
FROM (
    SELECT HYBRID_ID_PE AS hybrid, ALF_PE AS person, LOCAL_AUTHORITY_CODE AS la, 1 AS place
    FROM LACW_LAC_ALF_DERIVED
    WHERE HYBRID_ID_PE IS NOT NULL AND ALF_PE IS NOT NULL
        AND upper(trim(ALF_SOURCE)) IN ('CRCS', 'CINW', 'EDUW', 'CAFW', 'NCCHD_BIRTHS', 'GP_EVENT')
    UNION ALL
    SELECT hybrid, person, la, 2 FROM codes JOIN routine USING (system_id, la)
)
QUALIFY row_number() OVER (PARTITION BY hybrid ORDER BY place, la NULLS LAST, person) = 1;

-- ---------------------------------------------------------------------------------------------------------------
-- Episodes and periods of care.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE returned AS
SELECT
    HYBRID_ID_PE AS hybrid, LOCAL_AUTHORITY_CODE AS la, YEAR_CODE AS year, EPISODE_NUMBER AS number,
    EPISODE_START_DATE AS s, EPISODE_END_DATE AS e, upper(trim(REASON_EPISODE_STARTED_CODE)) AS reason,
    nullif(upper(trim(LEGAL_STATUS_CODE)), '') AS legal
FROM LACW_EPISODE_MAIN
WHERE HYBRID_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL AND EPISODE_START_DATE IS NOT NULL
    AND YEAR_CODE BETWEEN 200304 AND 201819 AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= EPISODE_START_DATE);

CREATE TEMP TABLE care AS
WITH latest AS (
    SELECT * FROM returned JOIN links USING (hybrid)
    QUALIFY row_number() OVER (PARTITION BY person, s ORDER BY year DESC, hybrid, la, number) = 1
),
beside AS (
    SELECT *, lead(s) OVER (PARTITION BY person ORDER BY s) AS next_s, max(year) OVER (PARTITION BY person) AS last_year
    FROM latest
)
SELECT
    person, s, reason, CAST(CASE
        WHEN e = next_s THEN e
        WHEN e IS NOT NULL THEN e + 1
        WHEN next_s IS NOT NULL THEN next_s
        WHEN last_year < 201819 THEN make_date(last_year // 100 + 1, 4, 1)
        ELSE DATE '2019-04-01'
    END AS DATE) AS u
FROM beside
WHERE legal IS DISTINCT FROM 'V1';

CREATE TEMP TABLE periods AS
SELECT person, min(s) AS s, max(u) AS u
FROM (
    SELECT *, sum(CASE WHEN s <= reach THEN 0 ELSE 1 END) OVER (PARTITION BY person ORDER BY s, u) AS n
    FROM (
        SELECT *, max(u) OVER (
            PARTITION BY person ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM care WHERE s < u
    )
)
GROUP BY person, n;

CREATE TEMP TABLE entries AS
SELECT person, min(s) AS index_date FROM periods GROUP BY person;

CREATE TEMP TABLE people AS
SELECT ALF_PE AS person, WOB AS born, GNDR_CD AS sex
FROM WDSD_AR_PERS SEMI JOIN entries ON person = ALF_PE
QUALIFY row_number() OVER (PARTITION BY ALF_PE ORDER BY WOB NULLS LAST, PERS_ID_PE) = 1;

-- ---------------------------------------------------------------------------------------------------------------
-- The five rules as flags, in one pass.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE flags AS
WITH dated AS (
    SELECT
        entries.person, index_date, sex,
        year(index_date) - year(born)
            - CASE WHEN month(index_date) * 100 + day(index_date) < month(born) * 100 + day(born) THEN 1 ELSE 0 END
            AS age,
        make_date(CAST(year(born) + CASE WHEN month(born) >= 9 THEN 1 ELSE 0 END + 16 AS INTEGER), 5, 1) AS exams
    FROM entries LEFT JOIN people USING (person)
),
at_home AS (
    SELECT DISTINCT person
    FROM dated JOIN WDSD_CLEAN_ADD_WALES ON ALF_PE = person
    WHERE WELSH_ADDRESS = 1 AND START_DATE <= exams AND START_DATE <= DATE '2019-08-31'
        AND exams < CASE
            WHEN END_DATE IS NULL OR END_DATE >= DATE '9000-01-01' THEN DATE '2019-09-01' ELSE END_DATE + 1
        END
)
SELECT
    dated.*,
    index_date BETWEEN DATE '2008-04-01' AND DATE '2018-03-31' AS rule_1,
    coalesce(age < 16, false) AS rule_2,
    coalesce(exams >= index_date + INTERVAL 1 YEAR, false) AS rule_3,
    coalesce(exams <= DATE '2019-08-31', false) AS rule_4,
    at_home.person IS NOT NULL AS rule_5
FROM dated LEFT JOIN at_home USING (person);

CREATE TEMP TABLE members AS
SELECT person, index_date, sex, age, CAST(index_date + INTERVAL 1 YEAR AS DATE) AS year_later
FROM flags WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5;

-- ---------------------------------------------------------------------------------------------------------------
-- Pupil numbers: of people with several, those with the week of birth of the demographic service.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE pupil_links AS
SELECT IRN_PE AS pupil, ALF_PE AS person, WOB AS born, count(*) OVER (PARTITION BY ALF_PE) AS numbers
FROM EDUW_PUPIL_ALF
WHERE IRN_PE IS NOT NULL AND ALF_PE IS NOT NULL AND ALF_STS_CD IN (1, 4, 39);

CREATE TEMP TABLE pupils AS
WITH several AS (
    SELECT DISTINCT person FROM pupil_links WHERE numbers > 1
),
born AS (
    SELECT ALF_PE AS person, min(WOB) AS born FROM WDSD_AR_PERS SEMI JOIN several ON person = ALF_PE GROUP BY ALF_PE
)
SELECT pupil, min(person) AS person, count(DISTINCT person) AS people
FROM pupil_links LEFT JOIN born USING (person)
WHERE numbers = 1 OR pupil_links.born = born.born
GROUP BY pupil;

-- The last January census in the two years before entry: facts over all schools of that January.
CREATE TEMP TABLE school AS
SELECT person, max(FSMELIGIBLE) AS fsm,
    CASE min(CASE upper(trim(SENPROVISION))
            WHEN 'S' THEN 1 WHEN 'Q' THEN 2 WHEN 'P' THEN 3 WHEN 'A' THEN 4 WHEN 'N' THEN 5 ELSE 6 END)
        WHEN 1 THEN 'S' WHEN 2 THEN 'Q' WHEN 3 THEN 'P' WHEN 4 THEN 'A' WHEN 5 THEN 'N' END AS sen
FROM EDUW_PUPIL JOIN pupils ON pupil = IRN_PE JOIN members USING (person)
WHERE YEAR % 100 = 1 AND make_date(YEAR // 100, 1, 31) >= index_date - INTERVAL 2 YEAR
    AND make_date(YEAR // 100, 1, 31) < index_date
GROUP BY person, YEAR
QUALIFY row_number() OVER (PARTITION BY person ORDER BY YEAR DESC) = 1;

CREATE TEMP TABLE gcse AS
SELECT person, R_QACH5EWM AS good
FROM EDUW_WED_L1 JOIN pupils ON pupil = IRN_PE SEMI JOIN members USING (person)
WHERE YEAR <= 2019
QUALIFY row_number() OVER (PARTITION BY person ORDER BY YEAR, IRN_PE, R_QACH5L, R_QACH5H, R_QACH5EWM NULLS LAST) = 1;

CREATE TEMP TABLE analysis AS
WITH moves AS (
    SELECT person, count(*) AS moves FROM care JOIN members USING (person)
    WHERE reason IN ('P', 'B') AND s > index_date AND s < year_later GROUP BY person
),
days AS (
    SELECT person, sum(least(u, year_later) - s) AS days FROM periods JOIN members USING (person)
    WHERE s < year_later GROUP BY person
)
SELECT
    person,
    CASE WHEN age >= 10 THEN '10 to 15' WHEN age >= 0 THEN 'under 10' END AS age_at_entry,
    CAST(sex AS VARCHAR) AS sex,
    CAST(CASE WHEN fsm = 1 THEN 1 WHEN fsm <> 1 THEN 0 END AS VARCHAR) AS free_school_meals,
    sen AS special_needs,
    CASE WHEN moves >= 3 THEN 'three or more' WHEN moves = 2 THEN 'two' WHEN moves = 1 THEN 'one' ELSE 'none' END
        AS moves,
    CASE WHEN days = year_later - index_date THEN '1' ELSE '0' END AS stayed,
    CASE WHEN good = 1 THEN 'achieved' WHEN good <> 1 THEN 'not achieved' ELSE 'no result recorded' END AS result
FROM members
LEFT JOIN school USING (person)
LEFT JOIN gcse USING (person)
LEFT JOIN moves USING (person)
LEFT JOIN days USING (person);

-- ---------------------------------------------------------------------------------------------------------------
-- Results.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE results (
    table_name VARCHAR, row_value VARCHAR, column_value VARCHAR, layer_value VARCHAR, statistic VARCHAR,
    value BIGINT, number DOUBLE
);

INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
SELECT 'flow_of_children', unnest([
    'start', 'entered_in_study_years', 'under_16', 'exams_after_first_year', 'old_enough_for_results',
    'in_wales_for_results'
]), '', '', 'remaining', unnest([
    count(*), count(*) FILTER (WHERE rule_1), count(*) FILTER (WHERE rule_1 AND rule_2),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5)
])
FROM flags
UNION ALL
SELECT 'flow_of_children', unnest([
    'entered_in_study_years', 'under_16', 'exams_after_first_year', 'old_enough_for_results',
    'in_wales_for_results'
]), '', '', 'without_step', unnest([
    count(*) FILTER (WHERE rule_2 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4)
])
FROM flags
UNION ALL
SELECT 'gcse_by_moves', stayed, moves, result, 'count', count(*) FROM analysis GROUP BY ALL
UNION ALL
SELECT 'entry_characteristics_by_' || variable, coalesce(category, 'missing'), '', '', 'count', count(*)
FROM (SELECT age_at_entry, sex, free_school_meals, special_needs FROM analysis)
    UNPIVOT INCLUDE NULLS (category FOR variable IN (*))
GROUP BY ALL;

-- How many keys of each linked table lead to one person, to several, to none.
INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
WITH linked AS (
    SELECT 'care_persons_routine' AS t, people AS n
    FROM (SELECT DISTINCT system_id, la FROM codes) LEFT JOIN routine USING (system_id, la)
    UNION ALL
    SELECT 'care_episodes', CASE WHEN person IS NULL THEN NULL ELSE 1 END
    FROM (SELECT DISTINCT hybrid FROM returned) LEFT JOIN links USING (hybrid)
    UNION ALL
    SELECT 'school_records', people
    FROM (SELECT DISTINCT IRN_PE AS pupil FROM EDUW_PUPIL WHERE YEAR % 100 = 1 AND IRN_PE IS NOT NULL)
    LEFT JOIN pupils USING (pupil)
    UNION ALL
    SELECT 'ks4_attainment', people
    FROM (SELECT DISTINCT IRN_PE AS pupil FROM EDUW_WED_L1 WHERE IRN_PE IS NOT NULL) LEFT JOIN pupils USING (pupil)
)
SELECT 'linkage_of_' || t, unnest(['linked', 'conflicting', 'not linked']), '', '', 'count',
    unnest([count(*) FILTER (WHERE n = 1), count(*) FILTER (WHERE n > 1), count(*) FILTER (WHERE n IS NULL)])
FROM linked GROUP BY t;
