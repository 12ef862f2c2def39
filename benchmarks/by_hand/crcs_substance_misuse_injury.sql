-- crcs_substance_misuse_injury: the same rows as the spec of that name, as written by hand for DuckDB.
-- Shape: cases by the rules; school records of the four Januaries that matter; pairs by cell; eight rounds of
-- matching; then hospital records of members only.

CREATE TEMP MACRO whole_years(born, on_day) AS year(on_day) - year(born)
    - CASE WHEN month(on_day) * 100 + day(on_day) < month(born) * 100 + day(born) THEN 1 ELSE 0 END;
CREATE TEMP MACRO academic_year(on_day) AS year(on_day) - CASE WHEN month(on_day) < 9 THEN 1 ELSE 0 END;

-- ---------------------------------------------------------------------------------------------------------------
-- Children receiving care and support, and the first record with parental substance misuse.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE crcs_links AS
SELECT CHILD_CODE_PE AS child_code, LOCAL_AUTHORITY_CODE AS la, min(ALF_PE) AS person, count(DISTINCT ALF_PE) AS people
FROM CRCS_PUPIL_ALF
WHERE ALF_PE IS NOT NULL AND ALF_STS_CD IN (1, 4, 39) AND CHILD_CODE_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL
GROUP BY ALL;

CREATE TEMP TABLE crcs_rows AS
SELECT CHILD_CODE_PE AS child_code, LOCAL_AUTHORITY_CODE AS la, make_date(YEAR_CODE // 100 + 1, 3, 31) AS counted_on,
    PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE = 1 AS exposed
FROM CRCS_MAIN_CRCS
WHERE CHILD_CODE_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL AND YEAR_CODE BETWEEN 200304 AND 202021;

CREATE TEMP TABLE supported AS
SELECT person, min(counted_on) AS first_record, min(counted_on) FILTER (WHERE exposed) AS index_date
FROM crcs_rows JOIN crcs_links USING (child_code, la)
GROUP BY person;

-- ---------------------------------------------------------------------------------------------------------------
-- The first day in care of each person, by routine links.
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
SELECT hybrid, person FROM codes JOIN routine USING (system_id, la)
QUALIFY row_number() OVER (PARTITION BY hybrid ORDER BY la, person) = 1;

CREATE TEMP TABLE returned AS
SELECT HYBRID_ID_PE AS hybrid, min(EPISODE_START_DATE) AS first_day
FROM LACW_EPISODE_MAIN
WHERE HYBRID_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL AND EPISODE_START_DATE IS NOT NULL
    AND YEAR_CODE BETWEEN 200304 AND 202021 AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= EPISODE_START_DATE)
GROUP BY HYBRID_ID_PE;

CREATE TEMP TABLE looked_after AS
SELECT person, min(first_day) AS first_day FROM returned JOIN links USING (hybrid) GROUP BY person;

-- ---------------------------------------------------------------------------------------------------------------
-- School records of the Januaries before the censuses of 2017 to 2020.
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

-- One row for each person and January: the authority of the first row by pupil number and authority, and free school
-- meals over all rows.
CREATE TEMP TABLE school AS
SELECT person, make_date(YEAR // 100, 3, 31) AS index_date,
    arg_min(LEA, IRN_PE * 1000 + LEA) AS authority, max(FSMELIGIBLE) AS fsm
FROM EDUW_PUPIL JOIN pupils ON pupil = IRN_PE
WHERE YEAR IN (201701, 201801, 201901, 202001)
GROUP BY person, YEAR;

CREATE TEMP TABLE concerned AS
SELECT DISTINCT person FROM school UNION SELECT person FROM supported WHERE index_date IS NOT NULL;

CREATE TEMP TABLE people AS
SELECT ALF_PE AS person, WOB AS born, DOD AS died, GNDR_CD AS sex
FROM WDSD_AR_PERS SEMI JOIN concerned ON person = ALF_PE
QUALIFY row_number() OVER (PARTITION BY ALF_PE ORDER BY WOB NULLS LAST, PERS_ID_PE) = 1;

CREATE TEMP TABLE homes AS
WITH closed AS (
    SELECT ALF_PE AS person, START_DATE AS s,
        CASE WHEN END_DATE IS NULL OR END_DATE >= DATE '9000-01-01' THEN DATE '2021-04-01' ELSE END_DATE + 1 END AS u
    FROM WDSD_CLEAN_ADD_WALES SEMI JOIN concerned ON person = ALF_PE
    WHERE WELSH_ADDRESS = 1 AND START_DATE <= DATE '2021-03-31'
),
numbered AS (
    SELECT *, sum(CASE WHEN s - reach <= 30 THEN 0 ELSE 1 END) OVER (PARTITION BY person ORDER BY s, u) AS n
    FROM (
        SELECT *, max(u) OVER (
            PARTITION BY person ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM closed WHERE u > s
    )
)
SELECT person, min(s) AS s, max(u) AS u FROM numbered GROUP BY person, n;

-- ---------------------------------------------------------------------------------------------------------------
-- Cases: the five rules as flags, in one pass.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE flags AS
WITH at_home AS (
    SELECT DISTINCT person FROM supported JOIN homes USING (person) WHERE s <= index_date AND index_date < u
)
SELECT
    person, index_date, sex, born, authority,
    index_date BETWEEN DATE '2017-03-31' AND DATE '2020-03-31' AS rule_1,
    coalesce(whole_years(born, index_date) BETWEEN 5 AND 15, false) AS rule_2,
    school.person IS NOT NULL AS rule_3,
    at_home.person IS NOT NULL AS rule_4,
    index_date + INTERVAL 2 YEAR <= DATE '2021-03-31' AS rule_5
FROM supported
LEFT JOIN people USING (person)
LEFT JOIN school USING (person, index_date)
LEFT JOIN at_home USING (person)
WHERE index_date IS NOT NULL;

CREATE TEMP TABLE cases AS
WITH mixed AS (
    SELECT person, index_date, sex, born, authority,
        ((2114680486 + person % 2147483647) % 2147483647 * 48271 % 2147483647
            + (index_date - DATE '2000-01-01')) % 2147483647 AS m
    FROM flags WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5
)
SELECT *, (m * m % 2147483647) * (m * m % 2147483647) % 2147483647 * m % 2147483647 AS case_hash FROM mixed;

-- ---------------------------------------------------------------------------------------------------------------
-- Pairs of a case and a candidate of the same year group, sex and authority, born at most 26 weeks apart.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE candidates AS
SELECT person, index_date, authority, sex, born
FROM school
JOIN people USING (person)
LEFT JOIN (SELECT person, first_record FROM supported) AS s USING (person)
LEFT JOIN looked_after AS l USING (person)
WHERE school.index_date IN (SELECT DISTINCT index_date FROM cases)
    AND (s.first_record IS NULL OR s.first_record > school.index_date)
    AND (l.first_day IS NULL OR l.first_day > school.index_date)
    AND EXISTS (
        FROM homes
        WHERE homes.person = school.person AND homes.s <= school.index_date AND school.index_date < homes.u
    );

CREATE TEMP TABLE pairs AS
WITH paired AS (
    SELECT p.person, c.person AS set_unit, c.index_date, abs(p.born - c.born) AS distance, case_hash,
        (case_hash * 48271 % 2147483647 + p.person % 2147483647) % 2147483647 AS m
    FROM cases AS c
    JOIN candidates AS p ON p.index_date = c.index_date AND p.authority = c.authority AND p.sex = c.sex
        AND academic_year(p.born) = academic_year(c.born) AND p.person <> c.person AND abs(p.born - c.born) <= 182
)
SELECT person, set_unit, index_date, distance, case_hash,
    (m * m % 2147483647) * (m * m % 2147483647) % 2147483647 * m % 2147483647 AS pair_hash
FROM paired;

-- A round: each case that lacks peers proposes to its nearest free candidates; each candidate takes the nearest case.
CREATE TEMP TABLE matched (person BIGINT, set_unit BIGINT);
CREATE TEMP MACRO matching_round() AS TABLE
WITH found AS (
    SELECT set_unit, count(*) AS n FROM matched GROUP BY set_unit
),
proposed AS (
    SELECT pairs.* FROM pairs LEFT JOIN found USING (set_unit) ANTI JOIN matched ON matched.person = pairs.person
    WHERE coalesce(n, 0) < 4
    QUALIFY row_number() OVER (PARTITION BY set_unit ORDER BY distance, pair_hash, pairs.person) <= 4 - coalesce(n, 0)
)
SELECT person, set_unit FROM proposed
QUALIFY row_number() OVER (PARTITION BY person ORDER BY distance, case_hash, set_unit, index_date) = 1;
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();
INSERT INTO matched FROM matching_round();

-- ---------------------------------------------------------------------------------------------------------------
-- Members, their follow-up, and emergency admissions for injury.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE members AS
WITH listed AS (
    SELECT 'cases' AS kind, person, person AS set_unit, index_date FROM cases
    UNION ALL
    SELECT 'peers', m.person, set_unit, index_date FROM matched AS m JOIN cases ON cases.person = set_unit
)
SELECT kind, person, set_unit, index_date, sex, whole_years(born, index_date) AS age, fsm,
    least(index_date + INTERVAL 2 YEAR, died + 1, DATE '2021-04-01',
        CASE WHEN kind = 'peers' THEN least(first_record, first_day) END) AS ends
FROM listed
LEFT JOIN people USING (person)
LEFT JOIN school USING (person, index_date)
LEFT JOIN (SELECT person, first_record FROM supported) AS s USING (person)
LEFT JOIN looked_after USING (person);

CREATE TEMP TABLE followed AS
SELECT kind, person, set_unit, index_date, CAST(greatest(index_date, s) AS DATE) AS s, CAST(least(ends, u) AS DATE) AS u
FROM members JOIN homes USING (person)
WHERE s < ends AND index_date < u AND index_date < ends;

CREATE TEMP TABLE injuries AS
WITH emergencies AS (
    SELECT ALF_PE AS person, upper(trim(PROV_UNIT_CD)) AS unit, SPELL_NUM_PE AS spell, ADMIS_DT AS admitted
    FROM PEDW_SPELL WHERE ALF_PE IN (SELECT person FROM members) AND trim(ALF_STS_CD) IN ('1', '4', '39')
        AND ADMIS_DT <= DATE '2021-03-31' AND trim(ADMIS_MTHD_CD) IN ('21', '22', '23', '24', '25', '28')
),
coded AS (
    SELECT emergencies.*, upper(trim(DIAG_CD)) AS diagnosis
    FROM emergencies JOIN PEDW_DIAG ON SPELL_NUM_PE = spell AND upper(trim(PROV_UNIT_CD)) = unit
    WHERE DIAG_NUM = 1 AND trim(DIAG_CD) <> ''
    QUALIFY row_number() OVER (PARTITION BY unit, spell ORDER BY EPI_NUM) = 1
)
SELECT person, admitted FROM coded WHERE regexp_matches(diagnosis, '^(S|T0|T1[0-9]|T2|T3[0-2])');

CREATE TEMP TABLE events AS
SELECT f.kind, f.person, f.set_unit, f.index_date, admitted
FROM followed AS f JOIN injuries USING (person)
WHERE f.s <= admitted AND admitted < f.u;

CREATE TEMP TABLE first_events AS
SELECT kind, person, set_unit, min(admitted) AS admitted FROM events GROUP BY ALL;

CREATE TEMP TABLE analysis AS
WITH injured AS (
    SELECT DISTINCT members.person, index_date FROM members JOIN injuries USING (person)
    WHERE admitted >= index_date - INTERVAL 1 YEAR AND admitted < index_date
)
SELECT kind, person, set_unit, age, coalesce(CAST(sex AS VARCHAR), 'missing') AS sex,
    CASE WHEN fsm = 1 THEN '1' WHEN fsm = 0 THEN '0' ELSE 'missing' END AS free_school_meals,
    CASE WHEN injured.person IS NULL THEN '0' ELSE '1' END AS injured_in_year_before
FROM members
LEFT JOIN injured USING (person, index_date)
SEMI JOIN followed USING (kind, person, set_unit);

-- ---------------------------------------------------------------------------------------------------------------
-- Results.
-- ---------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE results (
    table_name VARCHAR, row_value VARCHAR, column_value VARCHAR, layer_value VARCHAR, statistic VARCHAR,
    value BIGINT, number DOUBLE
);

INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
SELECT 'flow_of_cases', unnest([
    'start', 'counted_in_study_years', 'school_age', 'in_school_census', 'lives_in_wales', 'two_years_of_data'
]), '', '', 'remaining', unnest([
    count(*), count(*) FILTER (WHERE rule_1), count(*) FILTER (WHERE rule_1 AND rule_2),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5)
])
FROM flags
UNION ALL
SELECT 'flow_of_cases', unnest([
    'counted_in_study_years', 'school_age', 'in_school_census', 'lives_in_wales', 'two_years_of_data'
]), '', '', 'without_step', unnest([
    count(*) FILTER (WHERE rule_2 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4)
])
FROM flags
UNION ALL
SELECT 'flow_of_cases', 'observed_time', '', '', 'remaining', count(*) FROM analysis WHERE kind = 'cases'
UNION ALL
SELECT 'match_quality', kind, category, variable, unnest(['count', 'units']), unnest([count(*), count(DISTINCT person)])
FROM (SELECT kind, person, sex, free_school_meals, injured_in_year_before FROM analysis)
    UNPIVOT (category FOR variable IN (sex, free_school_meals, injured_in_year_before))
GROUP BY kind, category, variable
UNION ALL
SELECT 'matched_sets', CAST(peers AS VARCHAR), '', '', unnest(['count', 'units']), unnest([count(*), count(*)])
FROM (
    SELECT cases.person, count(matched.person) AS peers
    FROM cases LEFT JOIN matched ON set_unit = cases.person GROUP BY cases.person
)
GROUP BY peers;

INSERT INTO results
WITH described AS (
    SELECT kind, count(age) AS known, count(DISTINCT person) FILTER (WHERE age IS NOT NULL) AS units_known,
        count(*) - count(age) AS missing, count(DISTINCT person) FILTER (WHERE age IS NULL) AS units_missing,
        CAST(sum(age) AS DOUBLE) AS total, CAST(sum(age * age) AS DOUBLE) AS squares,
        quantile_disc(CAST(age AS DOUBLE), [0.25, 0.5, 0.75]) AS q
    FROM analysis GROUP BY kind
),
long AS (
    SELECT kind,
        unnest(['known', 'units_known', 'missing', 'units_missing', 'total', 'squares', 'quantile_25', 'quantile_50',
            'quantile_75']) AS statistic,
        unnest([nullif(known, 0), nullif(units_known, 0), nullif(missing, 0), nullif(units_missing, 0)]) AS value,
        unnest([NULL, NULL, NULL, NULL, total, squares, q[1], q[2], q[3]]) AS number
    FROM described
)
SELECT 'match_quality', kind, '', 'age_at_index', statistic, value, number
FROM long WHERE value IS NOT NULL OR number IS NOT NULL;

-- Rates. After a first event nobody is at risk of another first one.
INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
WITH timed AS (
    SELECT 'injury_rates' AS t, kind, person, u - s AS days FROM followed
    UNION ALL
    SELECT 'first_injury_rates', kind, person, least(u, CAST(admitted + 1 AS DATE)) - s
    FROM followed LEFT JOIN first_events USING (kind, person, set_unit)
    WHERE admitted IS NULL OR s <= admitted
),
counted AS (
    SELECT 'injury_rates' AS t, kind, person FROM events
    UNION ALL
    SELECT 'first_injury_rates', kind, person FROM first_events
)
SELECT t, kind, '', '', unnest(['people', 'person_days']), unnest([count(DISTINCT person), sum(days)])
FROM timed GROUP BY t, kind
UNION ALL
SELECT t, kind, '', '', unnest(['events', 'people_with_events']), unnest([count(*), count(DISTINCT person)])
FROM counted GROUP BY t, kind;

-- How many keys of each linked table lead to one person, to several, to none.
INSERT INTO results (table_name, row_value, column_value, layer_value, statistic, value)
WITH linked AS (
    SELECT 'crcs' AS t, people AS n
    FROM (SELECT DISTINCT child_code, la FROM crcs_rows) LEFT JOIN crcs_links USING (child_code, la)
    UNION ALL
    SELECT 'care_persons_routine', people
    FROM (SELECT DISTINCT system_id, la FROM codes) LEFT JOIN routine USING (system_id, la)
    UNION ALL
    SELECT 'care_episodes', CASE WHEN person IS NULL THEN NULL ELSE 1 END FROM returned LEFT JOIN links USING (hybrid)
    UNION ALL
    SELECT 'school_records', people
    FROM (SELECT DISTINCT IRN_PE AS pupil FROM EDUW_PUPIL WHERE YEAR % 100 = 1 AND IRN_PE IS NOT NULL)
    LEFT JOIN pupils USING (pupil)
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
