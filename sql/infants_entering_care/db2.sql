-- =================================================================================================
-- Study:      infants_entering_care
-- Title:      Infants entering care in Wales
-- Spec:       specs/infants_entering_care.yaml
-- Spec hash:  9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc
-- Statements: a2b939e36dcd8f114373ef8058b20f14103e26e3376c40eab066b7b2bc65b9ac (SHA-256, without
--             comments and white space)
-- Made by:    Carfan 0.1.0
-- Dialect:    IBM Db2
-- Binding:    sail9999
--
-- How it was vetted:
--   Functions, clauses, types and names are limited to a list, and anything else stops the compiler.
--   `cohort sql vet` makes it “Db2-dialect SQL, grammar-checked, executed on two substitutes, never
--   on Db2”: every statement is parsed with a Db2 grammar, this text is run on PostgreSQL and on H2,
--   and the rows must equal those of two other engines. The vetting record says what passed, and
--   names the SHA-256 of the file that was vetted. Without such a record only the list vouches for
--   this script.
--   It has never run on a Db2 server. Before the first run: read it, and run the self-test (`cohort
--   sql selftest`) once on the server. After it: compare the table of flow counts with what is
--   expected.
--
-- All results go to one table, results, as true counts: they are not safe to release before
-- disclosure control. Nothing is shown on the screen, and no row of a person leaves the database.
--
-- How to run it: from top to bottom, as often as needed, for each run first drops what an earlier
-- one left behind. Stop at the first error. Where the client does not commit by itself, COMMIT
-- after each part: one unit of work over all of them would fill the log.
-- =================================================================================================

-- =================================================================================================
-- Parameters
-- =================================================================================================
-- They are set in the spec (specs/infants_entering_care.yaml) and in the binding (sail9999). To
-- change one, change it there and write the script again: edited here, the script would no longer
-- be that of its spec hash.
--
-- Data from:           2003-04-01
-- Data until:          2021-03-31
-- Disclosure policy:   sail
-- Needs children:      Week of birth, which sets the age at entry
-- Needs care_episodes: Every episode of care, with its dates, legal status and category of need
-- Workspace:           SAILW9999V
-- Tables begin with:   infants_entering_care_
-- Results:             SAILW9999V.infants_entering_care_results
--
-- Tables and columns read:
--   lacw_derived_alf: SAIL9999V.LACW_LAC_ALF_DERIVED_20240626
--       HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, WOB, UNIFIED_ID
--   lacw_episodes: SAIL9999V.LACW_EPISODE_MAIN_20220329
--       HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE, REASON_EPISODE_STARTED_CODE, CATEGORY_OF_NEED_CODE, LEGAL_STATUS_CODE

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: drop what an earlier run left behind, and make empty tables for results and ...
--    2  child_codes: rows of the map that have both sides
--    3  keys_of_child_codes: the smallest and the largest unified_id that child_codes gives ...
--    4  care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day
--    5  care_episodes_3_returns_of_study: returns of the years that the study uses
--    6  care_episodes_4_end_not_before_start: episodes that do not end before they start
--    7  care_episodes_5_unified_child: the unified child of each code
--    8  care_episodes_6_latest_return: the latest return of each episode
--    9  care_episodes: the first day outside each episode
--   10  first_episode: the first row by start date for each child
--   11  children_2_rows_with_child_code: rows with a child code
--   12  index_dates: each child that may enter, with the index date
--   13  care_episodes_of_population: of the rows of care_episodes those that belong to the ...
--   14  children_3_unified_child: of everybody's rows those that belong to the population
--   15  children: the row with the earliest recorded week of birth
--   16  entries: variables beside each entry
--   17  population_steps: which steps each entry passes, the first that it does not, and how ...
--   18  member_list: the entries that pass every step
--   19  members_frame: what is worked out for each of these entries begins here
--   20  member_rows_care_episodes: of the rows of care_episodes those that belong to the members
--   21  periods_of_care: spells of each child joined into one where the next starts on or ...
--   22  first_period: the first row by start date for each child
--   23  member_rows_compulsory_episodes: only rows where (the legal status is one of C1 ...
--   24  member_rows_first_compulsory_episode: the first row by start date for each child and ...
--   25  member_entries: variables beside each entry
--   26  analysis: the entries of the cohort, with all variables
--   27  flow_of_infants (output): Flow of infants into the cohort
--   28  entries_by_year (output): Infants entering care by year and legal status
--   29  conversion_by_year (output): Voluntary entries by year and time to a compulsory order
--   30  age_by_legal_status (output): Age at entry by legal status
--   31  entry_characteristics_by_local_authority (output): Infants entering care by local authority
--   32  entry_characteristics_by_category_of_need (output): Infants entering care by category ...
--   33  linkage_of_care_episodes (output): keys of care_episodes that the map brings to a child
--   34  tidy up: drop the tables on the way

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- Drop what an earlier run left behind, and make empty tables for results and for the counts after
-- each step.
--
-- SAILW9999V.infants_entering_care_results: one row for each count or number of an output
--   study:        name of the study
--   spec_hash:    SHA-256 of the spec that the script was made from
--   table_name:   the output of the spec that the row belongs to
--   row_value:    step of a flow, kind of link, or value of the first variable of a table
--   column_value: value of the second variable, or category of a summarised variable (empty for
--                 none)
--   layer_value:  value of the third variable, or name of a summarised variable (empty for none)
--   statistic:    what is counted or measured (see below)
--   value:        the count, missing for a number that is no count
--   number:       the number that is no count, missing for a count
-- Its statistics:
--   count:        entries, sets or links in a cell
--   remaining:    entries left after a step of the flow
--   without_step: entries that pass all other steps of the flow, whatever this step says
--
-- SAILW9999V.infants_entering_care_flow_counts: one row for each table after it is filled
--   step_number: number of the part that filled the table
--   step_name:   name of the table, without schema and prefix
--   row_count:   rows in the table
--   unit_count:  different values of the column that the table is spread by: the unit, where the
--                rows have one

CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILD_CODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_KEYS_OF_CHILD_CODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_3_RETURNS_OF_STUDY');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_4_END_NOT_BEFORE_START');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_5_UNIFIED_CHILD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_6_LATEST_RETURN');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_FIRST_EPISODE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILDREN_2_ROWS_WITH_CHILD_CODE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_INDEX_DATES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_OF_POPULATION');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILDREN_3_UNIFIED_CHILD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILDREN');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_POPULATION_STEPS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_LIST');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBERS_FRAME');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ROWS_CARE_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_PERIODS_OF_CARE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_FIRST_PERIOD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ROWS_COMPULSORY_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ROWS_FIRST_COMPULSORY_EPISODE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_ANALYSIS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_RESULTS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_FLOW_COUNTS');

CREATE TABLE SAILW9999V.infants_entering_care_results (
    study VARCHAR(128),
    spec_hash VARCHAR(128),
    table_name VARCHAR(128),
    row_value VARCHAR(1000),
    column_value VARCHAR(1000),
    layer_value VARCHAR(1000),
    statistic VARCHAR(40),
    value BIGINT,
    number DOUBLE
);

CREATE TABLE SAILW9999V.infants_entering_care_flow_counts (
    step_number INTEGER,
    step_name VARCHAR(128),
    row_count BIGINT,
    unit_count BIGINT
);

-- =================================================================================================
-- 2. child_codes
-- =================================================================================================
-- Rows of the map that have both sides. The map serves only where both sides are known.
--   catalogue/lacw.yaml:416

CREATE TABLE SAILW9999V.infants_entering_care_child_codes (
    hybrid_id BIGINT,
    local_authority SMALLINT,
    week_of_birth DATE,
    unified_id BIGINT
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.infants_entering_care_child_codes (
    hybrid_id, local_authority, week_of_birth, unified_id
)
WITH
-- child_codes_1_as_held: Improved linking fields, and the unified child behind re-keyed codes, with
--   any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:409
child_codes_1_as_held AS (
    SELECT
        HYBRID_ID_PE AS hybrid_id,
        LOCAL_AUTHORITY_CODE AS local_authority,
        WOB AS week_of_birth,
        UNIFIED_ID AS unified_id
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
-- child_codes: rows of the map that have both sides. The map serves only where both sides are
--   known.
SELECT hybrid_id, local_authority, week_of_birth, unified_id
FROM child_codes_1_as_held
WHERE hybrid_id IS NOT NULL AND unified_id IS NOT NULL;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    2 AS step_number,
    'child_codes' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.infants_entering_care_child_codes AS child_codes;

-- =================================================================================================
-- 3. keys_of_child_codes
-- =================================================================================================
-- The smallest and the largest unified_id that child_codes gives each hybrid_id.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/lacw.yaml:416

CREATE TABLE SAILW9999V.infants_entering_care_keys_of_child_codes (
    hybrid_id BIGINT,
    first_unit BIGINT,
    last_unit BIGINT
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.infants_entering_care_keys_of_child_codes (hybrid_id, first_unit, last_unit)
SELECT hybrid_id, MIN(unified_id) AS first_unit, MAX(unified_id) AS last_unit
FROM SAILW9999V.infants_entering_care_child_codes AS child_codes
WHERE hybrid_id IS NOT NULL AND unified_id IS NOT NULL
GROUP BY hybrid_id;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    3 AS step_number,
    'keys_of_child_codes' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.infants_entering_care_keys_of_child_codes AS keys_of_child_codes;

-- =================================================================================================
-- 4. care_episodes_2_rows_with_keys
-- =================================================================================================
-- Rows with a child code, an authority and a first day. Rows without them cannot be placed.
--   catalogue/lacw.yaml:531

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes_2_rows_with_keys (
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes_2_rows_with_keys (
    hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status
)
WITH
-- care_episodes_1_as_held: Each episode of care in each census year that it touches, as returned,
--   with any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:524
care_episodes_1_as_held AS (
    SELECT
        HYBRID_ID_PE AS hybrid_id,
        YEAR_CODE AS year_code,
        LOCAL_AUTHORITY_CODE AS local_authority,
        EPISODE_NUMBER AS episode_number,
        EPISODE_START_DATE AS start_date,
        EPISODE_END_DATE AS end_date,
        NULLIF(UPPER(TRIM(REASON_EPISODE_STARTED_CODE)), '') AS reason_started,
        NULLIF(UPPER(TRIM(CATEGORY_OF_NEED_CODE)), '') AS category_of_need,
        NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') AS legal_status
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
-- care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day. Rows
--   without them cannot be placed.
SELECT
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status
FROM care_episodes_1_as_held
WHERE hybrid_id IS NOT NULL AND local_authority IS NOT NULL AND start_date IS NOT NULL;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    4 AS step_number,
    'care_episodes_2_rows_with_keys' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes_2_rows_with_keys AS care_episodes_2_rows_with_keys;

-- =================================================================================================
-- 5. care_episodes_3_returns_of_study
-- =================================================================================================
-- Returns of the years that the study uses. The study says from when and until when it uses data.
--   catalogue/lacw.yaml:535

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes_3_returns_of_study (
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes_3_returns_of_study (
    hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status
)
SELECT
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status
FROM SAILW9999V.infants_entering_care_care_episodes_2_rows_with_keys AS care_episodes_2_rows_with_keys
WHERE year_code >= 200304 AND year_code <= 202021;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    5 AS step_number,
    'care_episodes_3_returns_of_study' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes_3_returns_of_study AS care_episodes_3_returns_of_study;

-- =================================================================================================
-- 6. care_episodes_4_end_not_before_start
-- =================================================================================================
-- Episodes that do not end before they start. A reversed episode has an error in one of its dates.
--   catalogue/lacw.yaml:539

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes_4_end_not_before_start (
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes_4_end_not_before_start (
    hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status
)
SELECT
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status
FROM SAILW9999V.infants_entering_care_care_episodes_3_returns_of_study AS care_episodes_3_returns_of_study
WHERE end_date IS NULL OR end_date >= start_date;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    6 AS step_number,
    'care_episodes_4_end_not_before_start' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes_4_end_not_before_start
    AS care_episodes_4_end_not_before_start;

-- =================================================================================================
-- 7. care_episodes_5_unified_child
-- =================================================================================================
-- The unified child of each code. Four authorities changed all their child codes, so one child can
-- have several codes.
--   catalogue/lacw.yaml:543

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes_5_unified_child (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes_5_unified_child (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status
)
SELECT
    COALESCE(unit_map.first_unit, each_row.hybrid_id) AS child,
    each_row.hybrid_id,
    each_row.year_code,
    each_row.local_authority,
    each_row.episode_number,
    each_row.start_date,
    each_row.end_date,
    each_row.reason_started,
    each_row.category_of_need,
    each_row.legal_status
FROM SAILW9999V.infants_entering_care_care_episodes_4_end_not_before_start AS each_row
LEFT JOIN SAILW9999V.infants_entering_care_keys_of_child_codes AS unit_map
    ON unit_map.hybrid_id = each_row.hybrid_id;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    7 AS step_number,
    'care_episodes_5_unified_child' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes_5_unified_child AS care_episodes_5_unified_child;

-- =================================================================================================
-- 8. care_episodes_6_latest_return
-- =================================================================================================
-- The latest return of each episode. An episode that crosses 31 March is returned again each year
-- with the same first day.
--   catalogue/lacw.yaml:553

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes_6_latest_return (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes_6_latest_return (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status
)
WITH
-- care_episodes_6_latest_return_in_order: number the rows of each child, start_date
care_episodes_6_latest_return_in_order AS (
    SELECT
        child,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        category_of_need,
        legal_status,
        ROW_NUMBER() OVER (
            PARTITION BY child, start_date
            ORDER BY year_code DESC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                episode_number ASC NULLS LAST, end_date ASC NULLS LAST, reason_started ASC NULLS LAST,
                category_of_need ASC NULLS LAST, legal_status ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.infants_entering_care_care_episodes_5_unified_child AS care_episodes_5_unified_child
    WHERE year_code IS NOT NULL
)
-- care_episodes_6_latest_return: the latest return of each episode. An episode that crosses 31
--   March is returned again each year with the same first day.
SELECT
    child,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status
FROM care_episodes_6_latest_return_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    8 AS step_number,
    'care_episodes_6_latest_return' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes_6_latest_return AS care_episodes_6_latest_return;

-- =================================================================================================
-- 9. care_episodes
-- =================================================================================================
-- The first day outside each episode. The recorded end is a day in the episode, and missing ends
-- are filled by rule.
--   catalogue/lacw.yaml:565

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status, until, end_assumed
)
WITH
-- care_episodes_beside_next: the next start and the last return of the unit beside each row
care_episodes_beside_next AS (
    SELECT
        child,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        category_of_need,
        legal_status,
        LEAD(start_date) OVER (PARTITION BY child ORDER BY start_date ASC NULLS LAST) AS next_start,
        MAX(year_code) OVER (PARTITION BY child) AS last_return
    FROM SAILW9999V.infants_entering_care_care_episodes_6_latest_return AS care_episodes_6_latest_return
)
-- care_episodes: the first day outside each episode. The recorded end is a day in the episode, and
--   missing ends are filled by rule.
SELECT
    child,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status,
    CASE
        WHEN end_date = next_start THEN end_date
        WHEN end_date IS NOT NULL THEN (end_date + 1 DAYS)
        WHEN next_start IS NOT NULL THEN next_start
        WHEN last_return < 202021 THEN (DATE('2000-04-01') + ((last_return / 100) - 1999) YEARS)
        ELSE DATE('2021-04-01')
    END AS until,
    CASE WHEN end_date IS NULL AND (next_start IS NOT NULL OR last_return < 202021) THEN 1 ELSE 0 END
        AS end_assumed
FROM care_episodes_beside_next;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    9 AS step_number,
    'care_episodes' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes AS care_episodes;

-- =================================================================================================
-- 10. first_episode
-- =================================================================================================
-- The first row by start date for each child.
--   Why: The first episode ever recorded for the child, whatever its legal status.
--   specs/infants_entering_care.yaml:29

CREATE TABLE SAILW9999V.infants_entering_care_first_episode (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_first_episode (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status, until, end_assumed
)
WITH
-- first_episode_in_order: number the rows of each child
first_episode_in_order AS (
    SELECT
        child,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        category_of_need,
        legal_status,
        until,
        end_assumed,
        ROW_NUMBER() OVER (
            PARTITION BY child
            ORDER BY start_date ASC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                year_code ASC NULLS LAST, episode_number ASC NULLS LAST, end_date ASC NULLS LAST,
                reason_started ASC NULLS LAST, category_of_need ASC NULLS LAST, legal_status ASC NULLS LAST,
                until ASC NULLS LAST, end_assumed ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.infants_entering_care_care_episodes AS care_episodes
    WHERE start_date IS NOT NULL
)
-- first_episode: the first row by start date for each child
SELECT
    child,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status,
    until,
    end_assumed
FROM first_episode_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    10 AS step_number,
    'first_episode' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_first_episode AS first_episode;

-- =================================================================================================
-- 11. children_2_rows_with_child_code
-- =================================================================================================
-- Rows with a child code. A row without a child code belongs to nobody.
--   catalogue/lacw.yaml:501

CREATE TABLE SAILW9999V.infants_entering_care_children_2_rows_with_child_code (
    hybrid_id BIGINT,
    local_authority SMALLINT,
    week_of_birth DATE,
    unified_id BIGINT
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.infants_entering_care_children_2_rows_with_child_code (
    hybrid_id, local_authority, week_of_birth, unified_id
)
WITH
-- children_1_as_held: Improved linking fields, and the unified child behind re-keyed codes, with
--   any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:495
children_1_as_held AS (
    SELECT
        HYBRID_ID_PE AS hybrid_id,
        LOCAL_AUTHORITY_CODE AS local_authority,
        WOB AS week_of_birth,
        UNIFIED_ID AS unified_id
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
-- children_2_rows_with_child_code: rows with a child code. A row without a child code belongs to
--   nobody.
SELECT hybrid_id, local_authority, week_of_birth, unified_id
FROM children_1_as_held
WHERE hybrid_id IS NOT NULL;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    11 AS step_number,
    'children_2_rows_with_child_code' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.infants_entering_care_children_2_rows_with_child_code AS children_2_rows_with_child_code;

-- =================================================================================================
-- 12. index_dates
-- =================================================================================================
-- Each child that may enter, with the index date.
--   specs/infants_entering_care.yaml:55

CREATE TABLE SAILW9999V.infants_entering_care_index_dates (
    child BIGINT,
    index_date DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_index_dates (child, index_date)
SELECT child, start_date AS index_date
FROM SAILW9999V.infants_entering_care_first_episode AS first_episode
WHERE child IS NOT NULL AND start_date IS NOT NULL;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    12 AS step_number,
    'index_dates' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_index_dates AS index_dates;

-- =================================================================================================
-- 13. care_episodes_of_population
-- =================================================================================================
-- Of the rows of care_episodes those that belong to the population.
--   Why: Later steps read no others.
--   catalogue/lacw.yaml:565

CREATE TABLE SAILW9999V.infants_entering_care_care_episodes_of_population (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_care_episodes_of_population (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status, until, end_assumed
)
SELECT
    child,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status,
    until,
    end_assumed
FROM SAILW9999V.infants_entering_care_care_episodes AS care_episodes
WHERE child IN (
    SELECT child
    FROM SAILW9999V.infants_entering_care_index_dates AS index_dates
);

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    13 AS step_number,
    'care_episodes_of_population' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_care_episodes_of_population AS care_episodes_of_population;

-- =================================================================================================
-- 14. children_3_unified_child
-- =================================================================================================
-- Of everybody's rows those that belong to the population.
--   Why: Later steps read no others.
--   catalogue/lacw.yaml:505

CREATE TABLE SAILW9999V.infants_entering_care_children_3_unified_child (
    child BIGINT,
    hybrid_id BIGINT,
    local_authority SMALLINT,
    week_of_birth DATE,
    unified_id BIGINT
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_children_3_unified_child (
    child, hybrid_id, local_authority, week_of_birth, unified_id
)
WITH
-- children_3_unified_child_of_everybody: the unified child of each code. Four authorities changed
--   all their child codes, so one child can have several codes.
--   catalogue/lacw.yaml:505
children_3_unified_child_of_everybody AS (
    SELECT
        COALESCE(unit_map.first_unit, each_row.hybrid_id) AS child,
        each_row.hybrid_id,
        each_row.local_authority,
        each_row.week_of_birth,
        each_row.unified_id
    FROM SAILW9999V.infants_entering_care_children_2_rows_with_child_code AS each_row
    LEFT JOIN SAILW9999V.infants_entering_care_keys_of_child_codes AS unit_map
        ON unit_map.hybrid_id = each_row.hybrid_id
)
-- children_3_unified_child: of everybody's rows those that belong to the population
SELECT child, hybrid_id, local_authority, week_of_birth, unified_id
FROM children_3_unified_child_of_everybody
WHERE child IN (
    SELECT child
    FROM SAILW9999V.infants_entering_care_index_dates AS index_dates
);

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    14 AS step_number,
    'children_3_unified_child' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_children_3_unified_child AS children_3_unified_child;

-- =================================================================================================
-- 15. children
-- =================================================================================================
-- The row with the earliest recorded week of birth. Where rows of one child disagree the later date
-- is the usual error, as a birth after the first episode shows.
--   catalogue/lacw.yaml:519

CREATE TABLE SAILW9999V.infants_entering_care_children (
    child BIGINT,
    hybrid_id BIGINT,
    local_authority SMALLINT,
    week_of_birth DATE,
    unified_id BIGINT,
    order_of_row DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_children (
    child, hybrid_id, local_authority, week_of_birth, unified_id, order_of_row
)
WITH
-- children_4_order_of_rows: rows with a recorded week of birth before those without. A child
--   without a week of birth is kept too, for its sex is known.
--   catalogue/lacw.yaml:515
children_4_order_of_rows AS (
    SELECT
        child,
        hybrid_id,
        local_authority,
        week_of_birth,
        unified_id,
        COALESCE(week_of_birth, DATE('9999-12-31')) AS order_of_row
    FROM SAILW9999V.infants_entering_care_children_3_unified_child AS children_3_unified_child
),
-- children_in_order: number the rows of each child
children_in_order AS (
    SELECT
        child,
        hybrid_id,
        local_authority,
        week_of_birth,
        unified_id,
        order_of_row,
        ROW_NUMBER() OVER (
            PARTITION BY child
            ORDER BY order_of_row ASC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                week_of_birth ASC NULLS LAST, unified_id ASC NULLS LAST
        ) AS place_in_order
    FROM children_4_order_of_rows
    WHERE order_of_row IS NOT NULL
)
-- children: the row with the earliest recorded week of birth. Where rows of one child disagree the
--   later date is the usual error, as a birth after the first episode shows.
SELECT child, hybrid_id, local_authority, week_of_birth, unified_id, order_of_row
FROM children_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 15 AS step_number, 'children' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_children AS children;

-- =================================================================================================
-- 16. entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/infants_entering_care.yaml:55

CREATE TABLE SAILW9999V.infants_entering_care_entries (
    child BIGINT,
    index_date DATE,
    age_in_days INTEGER
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_entries (child, index_date, age_in_days)
WITH
-- age_in_days: Days from the week of birth to the entry
--   specs/infants_entering_care.yaml:74
age_in_days AS (
    SELECT
        index_dates.child,
        index_dates.index_date,
        (DAYS(index_dates.index_date) - DAYS(children.week_of_birth)) AS age_in_days
    FROM SAILW9999V.infants_entering_care_index_dates AS index_dates
    LEFT JOIN SAILW9999V.infants_entering_care_children AS children ON children.child = index_dates.child
)
-- entries: variables beside each entry
SELECT index_dates.child, index_dates.index_date, age_in_days.age_in_days
FROM SAILW9999V.infants_entering_care_index_dates AS index_dates
LEFT JOIN age_in_days
    ON age_in_days.child = index_dates.child
    AND age_in_days.index_date = index_dates.index_date;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 16 AS step_number, 'entries' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_entries AS entries;

-- =================================================================================================
-- 17. population_steps
-- =================================================================================================
-- Which steps each entry passes, the first that it does not, and how many it does not.
--   specs/infants_entering_care.yaml:55
-- started_to_be_looked_after: the reason started of the first episode is S (started to be looked
--   after)
--   Why: A first record with another reason belongs to a child who was in care before under another
--     code.
--   specs/infants_entering_care.yaml:58
-- week_of_birth_known: the week of birth of the children is known
--   Why: Age at entry cannot be told without it.
--   specs/infants_entering_care.yaml:61
-- under_one_year: “Days from the week of birth to the entry” is at least 0, and “Days from the week
--   of birth to the entry” is at most 365
--   Why: The study is of infants. An entry before the week of birth is an error in one of the two
--     dates.
--   specs/infants_entering_care.yaml:64
-- entered_in_study_years: the index date falls from 1 April 2003 through 31 March 2021
--   specs/infants_entering_care.yaml:67
-- voluntary_or_interim_care_order: the legal status of the first episode is one of V2 (single
--   period of voluntary accommodation), C1 (interim care order) (the codelist entry legal statuses)
--   Why: The two usual ways into care for infants, which the study compares.
--   specs/infants_entering_care.yaml:69

CREATE TABLE SAILW9999V.infants_entering_care_population_steps (
    child BIGINT,
    index_date DATE,
    started_to_be_looked_after SMALLINT,
    week_of_birth_known SMALLINT,
    under_one_year SMALLINT,
    entered_in_study_years SMALLINT,
    voluntary_or_interim_care_order SMALLINT,
    stopped_at INTEGER,
    steps_failed INTEGER
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_population_steps (
    child, index_date, started_to_be_looked_after, week_of_birth_known, under_one_year,
    entered_in_study_years, voluntary_or_interim_care_order, stopped_at, steps_failed
)
WITH
-- population_steps_flagged: 1 where the condition of a step is true, else 0
population_steps_flagged AS (
    SELECT
        entries.child,
        entries.index_date,
        CASE WHEN first_episode.reason_started = 'S' THEN 1 ELSE 0 END AS started_to_be_looked_after,
        CASE WHEN children.week_of_birth IS NOT NULL THEN 1 ELSE 0 END AS week_of_birth_known,
        CASE WHEN entries.age_in_days >= 0 AND entries.age_in_days <= 365 THEN 1 ELSE 0 END AS under_one_year,
        CASE
            WHEN DATE('2003-04-01') <= entries.index_date AND entries.index_date <= DATE('2021-03-31') THEN 1
            ELSE 0
        END AS entered_in_study_years,
        CASE WHEN first_episode.legal_status IN ('V2', 'C1') THEN 1 ELSE 0 END
            AS voluntary_or_interim_care_order
    FROM SAILW9999V.infants_entering_care_entries AS entries
    LEFT JOIN SAILW9999V.infants_entering_care_first_episode AS first_episode
        ON first_episode.child = entries.child
    LEFT JOIN SAILW9999V.infants_entering_care_children AS children ON children.child = entries.child
)
-- population_steps: which steps each entry passes, the first that it does not, and how many it does
--   not
SELECT
    child,
    index_date,
    started_to_be_looked_after,
    week_of_birth_known,
    under_one_year,
    entered_in_study_years,
    voluntary_or_interim_care_order,
    CASE
        WHEN started_to_be_looked_after = 0 THEN 1
        WHEN week_of_birth_known = 0 THEN 2
        WHEN under_one_year = 0 THEN 3
        WHEN entered_in_study_years = 0 THEN 4
        WHEN voluntary_or_interim_care_order = 0 THEN 5
        ELSE 0
    END AS stopped_at,
    5 - (
        started_to_be_looked_after + week_of_birth_known + under_one_year + entered_in_study_years
            + voluntary_or_interim_care_order
    ) AS steps_failed
FROM population_steps_flagged;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    17 AS step_number,
    'population_steps' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps;

-- =================================================================================================
-- 18. member_list
-- =================================================================================================
-- The entries that pass every step.
--   specs/infants_entering_care.yaml:55

CREATE TABLE SAILW9999V.infants_entering_care_member_list (
    child BIGINT,
    index_date DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_member_list (child, index_date)
SELECT child, index_date
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE stopped_at = 0;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    18 AS step_number,
    'member_list' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_member_list AS member_list;

-- =================================================================================================
-- 19. members_frame
-- =================================================================================================
-- What is worked out for each of these entries begins here.
--   specs/infants_entering_care.yaml:55

CREATE TABLE SAILW9999V.infants_entering_care_members_frame (
    child BIGINT,
    index_date DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_members_frame (child, index_date)
SELECT child, index_date
FROM SAILW9999V.infants_entering_care_member_list AS member_list
GROUP BY child, index_date;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    19 AS step_number,
    'members_frame' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_members_frame AS members_frame;

-- =================================================================================================
-- 20. member_rows_care_episodes
-- =================================================================================================
-- Of the rows of care_episodes those that belong to the members.
--   Why: Later steps read no others.
--   catalogue/lacw.yaml:565

CREATE TABLE SAILW9999V.infants_entering_care_member_rows_care_episodes (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_member_rows_care_episodes (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status, until, end_assumed
)
SELECT
    child,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status,
    until,
    end_assumed
FROM SAILW9999V.infants_entering_care_care_episodes_of_population AS care_episodes_of_population
WHERE child IN (
    SELECT child
    FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
);

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    20 AS step_number,
    'member_rows_care_episodes' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_member_rows_care_episodes AS member_rows_care_episodes;

-- =================================================================================================
-- 21. periods_of_care
-- =================================================================================================
-- Spells of each child joined into one where the next starts on or before the first day outside the
-- ones before.
--   Why: An episode that starts on or the day after the end of the one before continues the period of
--     care.
--   specs/infants_entering_care.yaml:34

CREATE TABLE SAILW9999V.infants_entering_care_periods_of_care (
    child BIGINT,
    start_date DATE,
    until DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_periods_of_care (child, start_date, until)
WITH
-- periods_of_care_spells: spells that are not empty, and how far the earlier ones reach
periods_of_care_spells AS (
    SELECT
        child,
        start_date,
        until,
        MAX(until) OVER (
            PARTITION BY child
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_until_before
    FROM SAILW9999V.infants_entering_care_member_rows_care_episodes AS member_rows_care_episodes
    WHERE start_date IS NOT NULL AND until IS NOT NULL AND start_date < until
),
-- periods_of_care_numbered: a new number where a gap is longer than 0 days
periods_of_care_numbered AS (
    SELECT
        child,
        start_date,
        until,
        SUM(CASE WHEN (DAYS(start_date) - DAYS(latest_until_before)) <= 0 THEN 0 ELSE 1 END) OVER (
            PARTITION BY child
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS joined_number
    FROM periods_of_care_spells
)
-- periods_of_care: spells of each child joined into one where the next starts on or before the
--   first day outside the ones before
SELECT child, MIN(start_date) AS start_date, MAX(until) AS until
FROM periods_of_care_numbered
GROUP BY child, joined_number;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    21 AS step_number,
    'periods_of_care' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_periods_of_care AS periods_of_care;

-- =================================================================================================
-- 22. first_period
-- =================================================================================================
-- The first row by start date for each child.
--   specs/infants_entering_care.yaml:39

CREATE TABLE SAILW9999V.infants_entering_care_first_period (
    child BIGINT,
    start_date DATE,
    until DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_first_period (child, start_date, until)
WITH
-- first_period_in_order: number the rows of each child
first_period_in_order AS (
    SELECT
        child,
        start_date,
        until,
        ROW_NUMBER() OVER (PARTITION BY child ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST)
            AS place_in_order
    FROM SAILW9999V.infants_entering_care_periods_of_care AS periods_of_care
    WHERE start_date IS NOT NULL
)
-- first_period: the first row by start date for each child
SELECT child, start_date, until
FROM first_period_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    22 AS step_number,
    'first_period' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_first_period AS first_period;

-- =================================================================================================
-- 23. member_rows_compulsory_episodes
-- =================================================================================================
-- Only rows where (the legal status is one of C1 (interim care order), C2 (full care order), E1
-- (placement order), L2 (emergency protection order) (the codelist compulsory), and the start date
-- is after the index date, and the start date is before the first day outside of the first period,
-- and the start date falls from the index date until the day before 2 years after the index date).
--   Why: Later episodes of the same period of care under a compulsory order.
--   specs/infants_entering_care.yaml:43

CREATE TABLE SAILW9999V.infants_entering_care_member_rows_compulsory_episodes (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT,
    index_date DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_member_rows_compulsory_episodes (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status, until, end_assumed, index_date
)
WITH
-- compulsory_episodes_1_for_each_entry: the rows beside each entry of the child
--   specs/infants_entering_care.yaml:43
compulsory_episodes_1_for_each_entry AS (
    SELECT
        member_rows_care_episodes.child,
        member_rows_care_episodes.hybrid_id,
        member_rows_care_episodes.year_code,
        member_rows_care_episodes.local_authority,
        member_rows_care_episodes.episode_number,
        member_rows_care_episodes.start_date,
        member_rows_care_episodes.end_date,
        member_rows_care_episodes.reason_started,
        member_rows_care_episodes.category_of_need,
        member_rows_care_episodes.legal_status,
        member_rows_care_episodes.until,
        member_rows_care_episodes.end_assumed,
        members_frame.index_date
    FROM SAILW9999V.infants_entering_care_member_rows_care_episodes AS member_rows_care_episodes
    JOIN SAILW9999V.infants_entering_care_members_frame AS members_frame
        ON members_frame.child = member_rows_care_episodes.child
)
-- compulsory_episodes: only rows where (the legal status is one of C1 (interim care order), C2
--   (full care order), E1 (placement order), L2 (emergency protection order) (the codelist
--   compulsory), and the start date is after the index date, and the start date is before the first
--   day outside of the first period, and the start date falls from the index date until the day
--   before 2 years after the index date)
SELECT
    compulsory_episodes_1_for_each_entry.child,
    compulsory_episodes_1_for_each_entry.hybrid_id,
    compulsory_episodes_1_for_each_entry.year_code,
    compulsory_episodes_1_for_each_entry.local_authority,
    compulsory_episodes_1_for_each_entry.episode_number,
    compulsory_episodes_1_for_each_entry.start_date,
    compulsory_episodes_1_for_each_entry.end_date,
    compulsory_episodes_1_for_each_entry.reason_started,
    compulsory_episodes_1_for_each_entry.category_of_need,
    compulsory_episodes_1_for_each_entry.legal_status,
    compulsory_episodes_1_for_each_entry.until,
    compulsory_episodes_1_for_each_entry.end_assumed,
    compulsory_episodes_1_for_each_entry.index_date
FROM compulsory_episodes_1_for_each_entry
LEFT JOIN SAILW9999V.infants_entering_care_first_period AS first_period
    ON first_period.child = compulsory_episodes_1_for_each_entry.child
WHERE compulsory_episodes_1_for_each_entry.legal_status IN ('C1', 'C2', 'E1', 'L2')
    AND compulsory_episodes_1_for_each_entry.start_date > compulsory_episodes_1_for_each_entry.index_date
    AND compulsory_episodes_1_for_each_entry.start_date < first_period.until
    AND compulsory_episodes_1_for_each_entry.index_date <= compulsory_episodes_1_for_each_entry.start_date
    AND compulsory_episodes_1_for_each_entry.start_date < (
        compulsory_episodes_1_for_each_entry.index_date + 2 YEARS
    );

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    23 AS step_number,
    'member_rows_compulsory_episodes' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_member_rows_compulsory_episodes AS member_rows_compulsory_episodes;

-- =================================================================================================
-- 24. member_rows_first_compulsory_episode
-- =================================================================================================
-- The first row by start date for each child and index date.
--   specs/infants_entering_care.yaml:52

CREATE TABLE SAILW9999V.infants_entering_care_member_rows_first_compulsory_episode (
    child BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    category_of_need VARCHAR(2),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT,
    index_date DATE
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_member_rows_first_compulsory_episode (
    child, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    category_of_need, legal_status, until, end_assumed, index_date
)
WITH
-- first_compulsory_episode_in_order: number the rows of each child, index_date
first_compulsory_episode_in_order AS (
    SELECT
        child,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        category_of_need,
        legal_status,
        until,
        end_assumed,
        index_date,
        ROW_NUMBER() OVER (
            PARTITION BY child, index_date
            ORDER BY start_date ASC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                year_code ASC NULLS LAST, episode_number ASC NULLS LAST, end_date ASC NULLS LAST,
                reason_started ASC NULLS LAST, category_of_need ASC NULLS LAST, legal_status ASC NULLS LAST,
                until ASC NULLS LAST, end_assumed ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.infants_entering_care_member_rows_compulsory_episodes AS member_rows_compulsory_episodes
    WHERE start_date IS NOT NULL
)
-- first_compulsory_episode: the first row by start date for each child and index date
SELECT
    child,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    category_of_need,
    legal_status,
    until,
    end_assumed,
    index_date
FROM first_compulsory_episode_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    24 AS step_number,
    'member_rows_first_compulsory_episode' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_member_rows_first_compulsory_episode
    AS member_rows_first_compulsory_episode;

-- =================================================================================================
-- 25. member_entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/infants_entering_care.yaml:55
-- legal_status_at_entry: Legal status at entry
--   specs/infants_entering_care.yaml:80
-- local_authority: Local authority
--   specs/infants_entering_care.yaml:87
-- category_of_need: Category of need
--   specs/infants_entering_care.yaml:90

CREATE TABLE SAILW9999V.infants_entering_care_member_entries (
    child BIGINT,
    index_date DATE,
    age_in_days INTEGER,
    year_of_entry INTEGER,
    legal_status_at_entry VARCHAR(2),
    age_at_entry VARCHAR(92),
    local_authority SMALLINT,
    category_of_need VARCHAR(2),
    two_years_of_data SMALLINT,
    weeks_to_compulsory_order DOUBLE,
    time_to_compulsory_order VARCHAR(76)
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_member_entries (
    child, index_date, age_in_days, year_of_entry, legal_status_at_entry, age_at_entry, local_authority,
    category_of_need, two_years_of_data, weeks_to_compulsory_order, time_to_compulsory_order
)
WITH
-- year_of_entry: Year of entry (to 31 March)
--   specs/infants_entering_care.yaml:77
year_of_entry AS (
    SELECT
        child,
        index_date,
        YEAR(index_date) + CASE WHEN MONTH(index_date) >= 4 THEN 1 ELSE 0 END AS year_of_entry
    FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
),
-- age_at_entry: Age at entry
--   specs/infants_entering_care.yaml:83
age_at_entry AS (
    SELECT
        members_frame.child,
        members_frame.index_date,
        CASE
            WHEN entries.age_in_days >= 91 THEN '3 to 12 months'
            WHEN entries.age_in_days >= 14 THEN '2 weeks to 3 months'
            WHEN entries.age_in_days >= 0 THEN 'newborn (under 2 weeks)'
        END AS age_at_entry
    FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
    LEFT JOIN SAILW9999V.infants_entering_care_entries AS entries
        ON entries.child = members_frame.child
        AND entries.index_date = members_frame.index_date
),
-- two_years_of_data: Two years of data after entry
--   specs/infants_entering_care.yaml:93
two_years_of_data AS (
    SELECT
        child,
        index_date,
        CASE
            WHEN (index_date + 2 YEARS) <= DATE('2021-03-31') THEN 1
            WHEN (index_date + 2 YEARS) > DATE('2021-03-31') THEN 0
        END AS two_years_of_data
    FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
),
-- weeks_to_compulsory_order: Weeks from entry to the first compulsory order in the same period of
--   care
--   specs/infants_entering_care.yaml:96
weeks_to_compulsory_order AS (
    SELECT
        members_frame.child,
        members_frame.index_date,
        CAST(
            (DAYS(member_rows_first_compulsory_episode.start_date) - DAYS(members_frame.index_date)) AS DOUBLE
        ) / 7 AS weeks_to_compulsory_order
    FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
    LEFT JOIN SAILW9999V.infants_entering_care_member_rows_first_compulsory_episode
        AS member_rows_first_compulsory_episode
        ON member_rows_first_compulsory_episode.child = members_frame.child
        AND member_rows_first_compulsory_episode.index_date = members_frame.index_date
),
-- time_to_compulsory_order: Time to the first compulsory order
--   specs/infants_entering_care.yaml:99
time_to_compulsory_order AS (
    SELECT
        members_frame.child,
        members_frame.index_date,
        CASE
            WHEN weeks_to_compulsory_order.weeks_to_compulsory_order <= 4 THEN 'within 4 weeks'
            WHEN weeks_to_compulsory_order.weeks_to_compulsory_order <= 13 THEN '4 to 13 weeks'
            WHEN weeks_to_compulsory_order.weeks_to_compulsory_order IS NOT NULL THEN '13 weeks to 2 years'
            ELSE 'none within 2 years'
        END AS time_to_compulsory_order
    FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
    LEFT JOIN weeks_to_compulsory_order
        ON weeks_to_compulsory_order.child = members_frame.child
        AND weeks_to_compulsory_order.index_date = members_frame.index_date
)
-- member_entries: variables beside each entry
SELECT
    members_frame.child,
    members_frame.index_date,
    entries.age_in_days,
    year_of_entry.year_of_entry,
    first_episode.legal_status AS legal_status_at_entry,
    age_at_entry.age_at_entry,
    first_episode.local_authority,
    first_episode.category_of_need,
    two_years_of_data.two_years_of_data,
    weeks_to_compulsory_order.weeks_to_compulsory_order,
    time_to_compulsory_order.time_to_compulsory_order
FROM SAILW9999V.infants_entering_care_members_frame AS members_frame
LEFT JOIN SAILW9999V.infants_entering_care_entries AS entries
    ON entries.child = members_frame.child
    AND entries.index_date = members_frame.index_date
LEFT JOIN year_of_entry
    ON year_of_entry.child = members_frame.child
    AND year_of_entry.index_date = members_frame.index_date
LEFT JOIN SAILW9999V.infants_entering_care_first_episode AS first_episode
    ON first_episode.child = members_frame.child
LEFT JOIN age_at_entry
    ON age_at_entry.child = members_frame.child
    AND age_at_entry.index_date = members_frame.index_date
LEFT JOIN two_years_of_data
    ON two_years_of_data.child = members_frame.child
    AND two_years_of_data.index_date = members_frame.index_date
LEFT JOIN weeks_to_compulsory_order
    ON weeks_to_compulsory_order.child = members_frame.child
    AND weeks_to_compulsory_order.index_date = members_frame.index_date
LEFT JOIN time_to_compulsory_order
    ON time_to_compulsory_order.child = members_frame.child
    AND time_to_compulsory_order.index_date = members_frame.index_date;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    25 AS step_number,
    'member_entries' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_member_entries AS member_entries;

-- =================================================================================================
-- 26. analysis
-- =================================================================================================
-- The entries of the cohort, with all variables.
--   specs/infants_entering_care.yaml:55

CREATE TABLE SAILW9999V.infants_entering_care_analysis (
    child BIGINT,
    index_date DATE,
    age_in_days INTEGER,
    year_of_entry INTEGER,
    legal_status_at_entry VARCHAR(2),
    age_at_entry VARCHAR(92),
    local_authority SMALLINT,
    category_of_need VARCHAR(2),
    two_years_of_data SMALLINT,
    weeks_to_compulsory_order DOUBLE,
    time_to_compulsory_order VARCHAR(76)
)
DISTRIBUTE BY HASH(child);

INSERT INTO SAILW9999V.infants_entering_care_analysis (
    child, index_date, age_in_days, year_of_entry, legal_status_at_entry, age_at_entry, local_authority,
    category_of_need, two_years_of_data, weeks_to_compulsory_order, time_to_compulsory_order
)
SELECT
    member_list.child,
    member_list.index_date,
    member_entries.age_in_days,
    member_entries.year_of_entry,
    member_entries.legal_status_at_entry,
    member_entries.age_at_entry,
    member_entries.local_authority,
    member_entries.category_of_need,
    member_entries.two_years_of_data,
    member_entries.weeks_to_compulsory_order,
    member_entries.time_to_compulsory_order
FROM SAILW9999V.infants_entering_care_member_list AS member_list
JOIN SAILW9999V.infants_entering_care_member_entries AS member_entries
    ON member_list.child = member_entries.child
    AND member_list.index_date = member_entries.index_date;

INSERT INTO SAILW9999V.infants_entering_care_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 26 AS step_number, 'analysis' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT child) AS unit_count
FROM SAILW9999V.infants_entering_care_analysis AS analysis;

-- =================================================================================================
-- 27. flow_of_infants
-- =================================================================================================
-- Flow of infants into the cohort.
--   specs/infants_entering_care.yaml:111

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'start' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'started_to_be_looked_after' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 1
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'week_of_birth_known' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 2
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'under_one_year' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 3
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'entered_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 4
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'voluntary_or_interim_care_order' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 5
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'started_to_be_looked_after' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE steps_failed = 1 - started_to_be_looked_after
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'week_of_birth_known' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE steps_failed = 1 - week_of_birth_known
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'under_one_year' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE steps_failed = 1 - under_one_year
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'entered_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE steps_failed = 1 - entered_in_study_years
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'flow_of_infants' AS table_name,
    'voluntary_or_interim_care_order' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_population_steps AS population_steps
WHERE steps_failed = 1 - voluntary_or_interim_care_order;

-- =================================================================================================
-- 28. entries_by_year
-- =================================================================================================
-- Infants entering care by year and legal status.
--   specs/infants_entering_care.yaml:114

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'entries_by_year' AS table_name,
    COALESCE(CAST(year_of_entry AS VARCHAR(20)), 'missing') AS row_value,
    COALESCE(legal_status_at_entry, 'missing') AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_analysis AS analysis
GROUP BY year_of_entry, legal_status_at_entry;

-- =================================================================================================
-- 29. conversion_by_year
-- =================================================================================================
-- Voluntary entries by year and time to a compulsory order.
--   Why: among those where “Legal status at entry” is V2 (single period of voluntary accommodation),
--     and “Two years of data after entry” is yes
--   specs/infants_entering_care.yaml:118

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'conversion_by_year' AS table_name,
    COALESCE(CAST(year_of_entry AS VARCHAR(20)), 'missing') AS row_value,
    COALESCE(time_to_compulsory_order, 'missing') AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_analysis AS analysis
WHERE legal_status_at_entry = 'V2' AND two_years_of_data = 1
GROUP BY year_of_entry, time_to_compulsory_order;

-- =================================================================================================
-- 30. age_by_legal_status
-- =================================================================================================
-- Age at entry by legal status.
--   specs/infants_entering_care.yaml:123

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'age_by_legal_status' AS table_name,
    COALESCE(age_at_entry, 'missing') AS row_value,
    COALESCE(legal_status_at_entry, 'missing') AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_analysis AS analysis
GROUP BY age_at_entry, legal_status_at_entry;

-- =================================================================================================
-- 31. entry_characteristics_by_local_authority
-- =================================================================================================
-- Infants entering care by local authority.
--   specs/infants_entering_care.yaml:127

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'entry_characteristics_by_local_authority' AS table_name,
    COALESCE(CAST(local_authority AS VARCHAR(20)), 'missing') AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_analysis AS analysis
GROUP BY local_authority;

-- =================================================================================================
-- 32. entry_characteristics_by_category_of_need
-- =================================================================================================
-- Infants entering care by category of need.
--   specs/infants_entering_care.yaml:127

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'entry_characteristics_by_category_of_need' AS table_name,
    COALESCE(category_of_need, 'missing') AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.infants_entering_care_analysis AS analysis
GROUP BY category_of_need;

-- =================================================================================================
-- 33. linkage_of_care_episodes
-- =================================================================================================
-- Keys of care_episodes that the map brings to a child.
--   catalogue/lacw.yaml:524

INSERT INTO SAILW9999V.infants_entering_care_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_care_episodes_keys: every key once
linkage_of_care_episodes_keys AS (
    SELECT hybrid_id AS key_of_rows
    FROM SAILW9999V.infants_entering_care_care_episodes AS care_episodes
    WHERE hybrid_id IS NOT NULL
    GROUP BY hybrid_id
),
-- linkage_of_care_episodes_found: the units that the map gives each key of the rows, missing where
--   it gives none
linkage_of_care_episodes_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_care_episodes_keys AS each_key
    LEFT JOIN SAILW9999V.infants_entering_care_keys_of_child_codes AS unit_map
        ON unit_map.hybrid_id = each_key.key_of_rows
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'linkage_of_care_episodes' AS table_name,
    'linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_care_episodes_found
WHERE first_unit = last_unit
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'linkage_of_care_episodes' AS table_name,
    'conflicting' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_care_episodes_found
WHERE first_unit <> last_unit
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'linkage_of_care_episodes' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_care_episodes_found
WHERE first_unit IS NULL;

-- =================================================================================================
-- 34. tidy up
-- =================================================================================================
-- Drop the tables on the way.
-- SAILW9999V.infants_entering_care_results and SAILW9999V.infants_entering_care_flow_counts stay.

CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILD_CODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_KEYS_OF_CHILD_CODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_3_RETURNS_OF_STUDY');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_4_END_NOT_BEFORE_START');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_5_UNIFIED_CHILD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_6_LATEST_RETURN');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_FIRST_EPISODE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILDREN_2_ROWS_WITH_CHILD_CODE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_INDEX_DATES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CARE_EPISODES_OF_POPULATION');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILDREN_3_UNIFIED_CHILD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_CHILDREN');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_POPULATION_STEPS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_LIST');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBERS_FRAME');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ROWS_CARE_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_PERIODS_OF_CARE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_FIRST_PERIOD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ROWS_COMPULSORY_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ROWS_FIRST_COMPULSORY_EPISODE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_MEMBER_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_ANALYSIS');
