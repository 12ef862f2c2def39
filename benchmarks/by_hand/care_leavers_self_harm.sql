-- care_leavers_self_harm: the same rows as specs/care_leavers_self_harm.yaml, as written by hand for DuckDB.
-- Shape: care careers first, because they decide who matters; every large table is then read once, for these people.

CREATE TEMP MACRO birthday(born, age) AS CAST(CASE WHEN month(born) = 2 AND day(born) = 29
    THEN born - 1 + to_years(age) + INTERVAL 1 DAY ELSE born + to_years(age) END AS DATE);

-- ---------------------------------------------------------------------------------------------------------------
-- Who is behind a child code: an improved link of the chosen sources, else a routine one.
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
    WHERE HYBRID_ID_PE IS NOT NULL AND ALF_PE IS NOT NULL AND upper(trim(ALF_SOURCE)) IN ('CRCS', 'CINW', 'EDUW')
    UNION ALL
    SELECT hybrid, person, la, 2 FROM codes JOIN routine USING (system_id, la)
)
QUALIFY row_number() OVER (PARTITION BY hybrid ORDER BY place, la NULLS LAST, person) = 1;

-- ---------------------------------------------------------------------------------------------------------------
-- Episodes of care: the latest return of each, with the first day outside.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE returned AS
SELECT
    HYBRID_ID_PE AS hybrid, LOCAL_AUTHORITY_CODE AS la, YEAR_CODE AS year, EPISODE_NUMBER AS number,
    EPISODE_START_DATE AS s, EPISODE_END_DATE AS e,
    nullif(upper(trim(LEGAL_STATUS_CODE)), '') AS legal, nullif(upper(trim(PLACEMENT_TYPE_CODE)), '') AS placement
FROM LACW_EPISODE_MAIN
WHERE HYBRID_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL AND EPISODE_START_DATE IS NOT NULL
    AND YEAR_CODE BETWEEN 200506 AND 202021 AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= EPISODE_START_DATE);

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
    person, s, CAST(CASE
        WHEN e = next_s THEN e
        WHEN e IS NOT NULL THEN e + 1
        WHEN next_s IS NOT NULL THEN next_s
        WHEN last_year < 202021 THEN make_date(last_year // 100 + 1, 4, 1)
        ELSE DATE '2021-04-01'
    END AS DATE) AS u,
    CASE
        WHEN placement IN ('F1', 'F4') THEN 'kinship foster care'
        WHEN placement IN ('F2', 'F3', 'F5', 'F6') THEN 'other foster care'
        WHEN placement IN ('A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A8') THEN 'placed for adoption'
        WHEN placement = 'P1' THEN 'with parents'
        WHEN placement IN ('P2', 'P3') THEN 'independent living'
        WHEN placement IN ('H1', 'H2', 'H21', 'H22', 'H3', 'H4', 'H5', 'R1', 'R2', 'R3', 'R4', 'R5', 'S1')
            THEN 'residential care'
        WHEN placement IN ('M1', 'M2', 'M3', 'Z1') THEN 'other placement'
    END AS arrangement
FROM beside
WHERE legal IS DISTINCT FROM 'V1';

CREATE TEMP TABLE people AS
SELECT ALF_PE AS person, WOB AS born, DOD AS died, GNDR_CD AS sex,
    birthday(WOB, 14) AS b14, birthday(WOB, 16) AS b16, birthday(WOB, 18) AS b18, birthday(WOB, 21) AS b21
FROM WDSD_AR_PERS SEMI JOIN links ON person = ALF_PE
QUALIFY row_number() OVER (PARTITION BY ALF_PE ORDER BY WOB NULLS LAST, PERS_ID_PE) = 1;

-- ---------------------------------------------------------------------------------------------------------------
-- The cohort: in care at 16 or 17, index date when thirteen weeks since the 14th birthday are reached as well.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE in_care AS
SELECT person, min(greatest(s, b16)) FILTER (WHERE s < u) AS first_day
FROM care JOIN people USING (person)
WHERE s < b18 AND u > b16
GROUP BY person;

CREATE TEMP TABLE thirteen_weeks AS
WITH clipped AS (
    SELECT person, greatest(s, b14) AS s, u FROM care JOIN people USING (person) SEMI JOIN in_care USING (person)
    WHERE s < u AND u > b14
),
fresh AS (
    SELECT person, greatest(s, reach) AS s, u FROM (
        SELECT *, max(u) OVER (
            PARTITION BY person ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM clipped
    )
    WHERE reach IS NULL OR reach < u
),
summed AS (
    SELECT *, u - s AS days, sum(u - s) OVER (PARTITION BY person ORDER BY s) AS so_far FROM fresh
)
SELECT person, CAST(s + CAST(90 - (so_far - days) AS INTEGER) AS DATE) AS reached
FROM summed WHERE so_far - days < 91 AND so_far >= 91;

CREATE TEMP TABLE flags AS
SELECT person, greatest(first_day, reached) AS index_date, sex, b16, b18, b21, died,
    b16 BETWEEN DATE '2010-04-01' AND DATE '2021-03-31' AS turned_16, greatest(first_day, reached) < b18 AS before_18
FROM in_care JOIN thirteen_weeks USING (person) JOIN people USING (person)
WHERE first_day IS NOT NULL;

CREATE TEMP TABLE members AS
SELECT *, least(b21, died + 1, DATE '2021-04-01') AS ends FROM flags WHERE turned_16 AND before_18;

-- ---------------------------------------------------------------------------------------------------------------
-- Follow-up: days registered with a supplying practice and living in Wales.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE spells AS
WITH spell AS (
    SELECT 'gp' AS kind, ALF_PE AS person, START_DATE AS s, END_DATE AS e
    FROM WLGP_CLEAN_GP_REG_MEDIAN SEMI JOIN members ON person = ALF_PE WHERE GP_DATA_FLAG = 1
    UNION ALL
    SELECT 'wales', ALF_PE, START_DATE, END_DATE
    FROM WDSD_CLEAN_ADD_WALES SEMI JOIN members ON person = ALF_PE WHERE WELSH_ADDRESS = 1
),
closed AS (
    SELECT kind, person, s, CASE WHEN e IS NULL OR e >= DATE '9000-01-01' THEN DATE '2021-04-01' ELSE e + 1 END AS u
    FROM spell WHERE s <= DATE '2021-03-31'
),
numbered AS (
    SELECT *, sum(CASE WHEN s - reach <= 30 THEN 0 ELSE 1 END) OVER (PARTITION BY kind, person ORDER BY s, u) AS n
    FROM (
        SELECT *, max(u) OVER (
            PARTITION BY kind, person ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM closed WHERE u > s
    )
)
SELECT kind, person, min(s) AS s, max(u) AS u FROM numbered GROUP BY kind, person, n;

CREATE TEMP TABLE followed AS
SELECT person, greatest(index_date, gp.s, wales.s) AS s, least(ends, gp.u, wales.u) AS u, b16, b18, b21, sex
FROM members
JOIN spells AS gp USING (person)
JOIN spells AS wales USING (person)
WHERE gp.kind = 'gp' AND wales.kind = 'wales'
    AND greatest(index_date, gp.s, wales.s) < least(ends, gp.u, wales.u);

-- Person-time, cut by age and by where the young person lives on each day.
CREATE TEMP TABLE time AS
WITH aged AS (
    SELECT person, sex, age, greatest(s, from_day) AS s, least(u, until_day) AS u
    FROM (
        SELECT *, unnest(['16', '18']) AS age, unnest([b16, b18]) AS from_day, unnest([b18, b21]) AS until_day
        FROM followed
    )
    WHERE s < until_day AND from_day < u
),
meeting AS (
    SELECT a.person, a.s AS piece, c.s AS s, c.u AS u, arrangement
    FROM aged AS a JOIN care AS c ON a.person = c.person AND c.s < a.u AND a.s < c.u AND c.s < c.u
),
turns AS (
    SELECT person, s AS piece, s AS day FROM aged
    UNION
    SELECT a.person, a.s, unnest([m.s, m.u]) FROM aged AS a JOIN meeting AS m ON a.person = m.person AND a.s = m.piece
),
parts AS (
    SELECT a.person, sex, age, piece, day AS s,
        coalesce(lead(day) OVER (PARTITION BY a.person, piece ORDER BY day), u) AS u
    FROM turns JOIN aged AS a ON turns.person = a.person AND piece = a.s
    WHERE day >= a.s AND day < a.u
)
SELECT p.person, sex, age, p.s, p.u,
    CASE WHEN m.s IS NULL THEN 'left care' ELSE coalesce(arrangement, 'missing') END AS arrangement
FROM parts AS p LEFT JOIN meeting AS m ON p.person = m.person AND p.piece = m.piece AND m.s <= p.s AND p.s < m.u
QUALIFY row_number() OVER (PARTITION BY p.person, p.piece, p.s ORDER BY arrangement IS NULL, m.s DESC) = 1;

-- ---------------------------------------------------------------------------------------------------------------
-- Contacts: one for each day and setting.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE contacts AS
SELECT DISTINCT ALF_PE AS person, EVENT_DT AS day, 'GP' AS setting
FROM WLGP_GP_EVENT_CLEANSED SEMI JOIN members ON person = ALF_PE
WHERE (EVENT_CD LIKE 'TK%' OR EVENT_CD LIKE 'U2%' OR EVENT_CD LIKE '14K1%')
    AND trim(ALF_STS_CD) IN ('1', '4', '39') AND EVENT_DT BETWEEN DATE '1990-01-01' AND DATE '2021-03-31'
UNION ALL
SELECT DISTINCT ALF_PE, ADMIS_DT, 'hospital'
FROM PEDW_SPELL AS spell SEMI JOIN members ON person = ALF_PE
JOIN PEDW_DIAG AS diagnosis ON spell.SPELL_NUM_PE = diagnosis.SPELL_NUM_PE
    AND upper(trim(spell.PROV_UNIT_CD)) = upper(trim(diagnosis.PROV_UNIT_CD))
WHERE regexp_matches(upper(trim(DIAG_CD)), '^X([67]|8[0-4])')
    AND trim(ALF_STS_CD) IN ('1', '4', '39') AND ADMIS_DT <= DATE '2021-03-31';

CREATE TEMP TABLE events AS
SELECT time.*, day, setting
FROM time JOIN contacts USING (person)
WHERE s <= day AND day < u;

-- ---------------------------------------------------------------------------------------------------------------
-- Results.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE results (
    table_name VARCHAR, row_value VARCHAR, column_value VARCHAR, layer_value VARCHAR, statistic VARCHAR,
    value BIGINT, number DOUBLE
);

INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
SELECT 'flow_of_young_people', 'start', '', '', 'remaining', count(*) FROM in_care
UNION ALL
SELECT 'flow_of_young_people', unnest(['index_date_known', 'turned_16_in_study_years', 'qualified_before_18']), '', '',
    'remaining', unnest([count(*), count(*) FILTER (WHERE turned_16), count(*) FILTER (WHERE turned_16 AND before_18)])
FROM flags
UNION ALL
SELECT 'flow_of_young_people', unnest(['turned_16_in_study_years', 'qualified_before_18']), '', '', 'without_step',
    unnest([count(*) FILTER (WHERE before_18), count(*) FILTER (WHERE turned_16)])
FROM flags
UNION ALL
SELECT 'flow_of_young_people', 'observed_time', '', '', 'remaining', count(DISTINCT person) FROM followed;

INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
WITH timed AS (
    SELECT *, unnest(['rates_by_living_arrangement', 'rates_by_sex']) AS t,
        unnest([age, coalesce(CAST(sex AS VARCHAR), 'missing')]) AS k FROM time
),
counted AS (
    SELECT *, unnest(['rates_by_living_arrangement', 'rates_by_sex']) AS t,
        unnest([age, coalesce(CAST(sex AS VARCHAR), 'missing')]) AS k FROM events
)
SELECT t, k, arrangement, '', unnest(['people', 'person_days']), unnest([count(DISTINCT person), sum(u - s)])
FROM timed GROUP BY t, k, arrangement
UNION ALL
SELECT t, k, arrangement, '', unnest(['events', 'people_with_events']), unnest([count(*), count(DISTINCT person)])
FROM counted GROUP BY t, k, arrangement
UNION ALL
SELECT t, k, arrangement, setting, unnest(['events_of', 'people_with_events_of']),
    unnest([count(*), count(DISTINCT person)])
FROM counted GROUP BY t, k, arrangement, setting;

-- How many keys of each linked table lead to one person, to several, to none.
INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
WITH linked AS (
    SELECT 'care_persons_routine' AS t, people AS n
    FROM (SELECT DISTINCT system_id, la FROM codes) LEFT JOIN routine USING (system_id, la)
    UNION ALL
    SELECT 'care_episodes', CASE WHEN person IS NULL THEN NULL ELSE 1 END
    FROM (SELECT DISTINCT hybrid FROM returned) LEFT JOIN links USING (hybrid)
    UNION ALL
    SELECT 'hospital_diagnosis_rows', n
    FROM (
        SELECT DISTINCT upper(trim(PROV_UNIT_CD)) AS unit, SPELL_NUM_PE AS spell FROM PEDW_DIAG
        WHERE SPELL_NUM_PE IS NOT NULL AND trim(PROV_UNIT_CD) <> ''
    )
    LEFT JOIN (
        SELECT upper(trim(PROV_UNIT_CD)) AS unit, SPELL_NUM_PE AS spell, count(DISTINCT ALF_PE) AS n
        FROM PEDW_SPELL
        WHERE ALF_PE IS NOT NULL AND trim(ALF_STS_CD) IN ('1', '4', '39') AND ADMIS_DT <= DATE '2021-03-31'
        GROUP BY ALL
    ) USING (unit, spell)
)
SELECT 'linkage_of_' || t, unnest(['linked', 'conflicting', 'not linked']), '', '', 'count',
    unnest([count(*) FILTER (WHERE n = 1), count(*) FILTER (WHERE n > 1), count(*) FILTER (WHERE n IS NULL)])
FROM linked GROUP BY t;
