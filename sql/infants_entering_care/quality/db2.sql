-- =================================================================================================
-- Study:      infants_entering_care
-- Title:      Infants entering care in Wales
-- Purpose:    counts for the data-quality statement of the study
-- Spec:       specs/infants_entering_care.yaml
-- Spec hash:  9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc
-- Statements: c31faed68ed6da1461c9779bca2e8618305f9291865b8a30cc0649126854fb4d (SHA-256, without
--             comments and white space)
-- Made by:    Carfan 0.1.0
-- Dialect:    IBM Db2
-- Binding:    sail9999
--
-- How it was checked: Functions, clauses, types and names are limited to the list that scripts of
-- studies keep to, and anything else stops the compiler. Tests parse the text of the shipped
-- studies with a Db2 grammar, and carry it out on PostgreSQL and H2 on invented rows. It has never
-- run on a Db2 server. Before the first run: read it, and run the self-test (`cohort sql selftest`)
-- once on the server.
--
-- All counts go to one table as true counts: they are not safe to release before disclosure
-- control. Nothing is shown on the screen, no row is copied, and no value of a row is among the
-- counts, only what was found in it.
--
-- What is counted: rows of whole tables, not of the cohort. The study's links are not counted here:
-- its own script does that, in its results that begin with linkage.
--
-- How to run it: from top to bottom, as often as needed, for each run first drops what an earlier
-- one left behind. Then export the table of counts as CSV with the names of its columns, and give
-- it to the command cohort profile with the option for results, which protects the counts.
-- =================================================================================================

-- =================================================================================================
-- Parameters
-- =================================================================================================
-- Data from:       2003-04-01
-- Data until:      2021-03-31
-- Workspace:       SAILW9999V
-- Table of counts: SAILW9999V.infants_entering_care_quality_results
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
--    1  prepare: drop what an earlier run left behind, and make an empty table for the counts
--    2  rows lacw_derived_alf (output): rows of lacw_derived_alf by year
--    3  column lacw_derived_alf hybrid_id (output): hybrid_id of lacw_derived_alf by year
--    4  column lacw_derived_alf local_authority (output): local_authority of lacw_derived_alf ...
--    5  column lacw_derived_alf week_of_birth (output): week_of_birth of lacw_derived_alf by year
--    6  column lacw_derived_alf unified_id (output): unified_id of lacw_derived_alf by year
--    7  rows lacw_episodes (output): rows of lacw_episodes by year
--    8  column lacw_episodes hybrid_id (output): hybrid_id of lacw_episodes by year
--    9  column lacw_episodes local_authority (output): local_authority of lacw_episodes by year
--   10  column lacw_episodes episode_number (output): episode_number of lacw_episodes by year
--   11  column lacw_episodes start_date (output): start_date of lacw_episodes by year
--   12  column lacw_episodes end_date (output): end_date of lacw_episodes by year
--   13  column lacw_episodes reason_started (output): reason_started of lacw_episodes by year
--   14  column lacw_episodes category_of_need (output): category_of_need of lacw_episodes by year
--   15  column lacw_episodes legal_status (output): legal_status of lacw_episodes by year
--   16  comparison cla_stock (output): Children looked after on 31 March, without those in a ...
--   17  key lacw_derived_alf (output): rows of lacw_derived_alf by whether others have the same ...
--   18  key lacw_episodes (output): rows of lacw_episodes by whether others have the same key ...

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- Drop what an earlier run left behind, and make an empty table for the counts.

CALL FNC.DROP_IF_EXISTS('SAILW9999V.INFANTS_ENTERING_CARE_QUALITY_RESULTS');

CREATE TABLE SAILW9999V.infants_entering_care_quality_results (
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

-- =================================================================================================
-- 2. rows lacw_derived_alf
-- =================================================================================================
-- Rows of lacw_derived_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'rows lacw_derived_alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'rows lacw_derived_alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 3. column lacw_derived_alf hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN HYBRID_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf hybrid_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf hybrid_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 4. column lacw_derived_alf local_authority
-- =================================================================================================
-- local_authority of lacw_derived_alf by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE
            WHEN LOCAL_AUTHORITY_CODE IS NULL THEN 'missing'
            WHEN LOCAL_AUTHORITY_CODE IN (
                512, 514, 516, 518, 520, 522, 524, 526, 528, 530, 532, 534, 536, 538, 540, 542, 544, 545, 546,
                548, 550, 552
            )
                THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 5. column lacw_derived_alf week_of_birth
-- =================================================================================================
-- week_of_birth of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN WOB IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf week_of_birth' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf week_of_birth' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 6. column lacw_derived_alf unified_id
-- =================================================================================================
-- unified_id of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN UNIFIED_ID IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf unified_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_derived_alf unified_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 7. rows lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by year.
--   Why: coverage

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        '' AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'rows lacw_episodes' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'rows lacw_episodes' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 8. column lacw_episodes hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN HYBRID_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes hybrid_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes hybrid_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 9. column lacw_episodes local_authority
-- =================================================================================================
-- local_authority of lacw_episodes by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN LOCAL_AUTHORITY_CODE IS NULL THEN 'missing'
            WHEN LOCAL_AUTHORITY_CODE IN (
                512, 514, 516, 518, 520, 522, 524, 526, 528, 530, 532, 534, 536, 538, 540, 542, 544, 545, 546,
                548, 550, 552
            )
                THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 10. column lacw_episodes episode_number
-- =================================================================================================
-- episode_number of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN EPISODE_NUMBER IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes episode_number' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes episode_number' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 11. column lacw_episodes start_date
-- =================================================================================================
-- start_date of lacw_episodes by year. What is found in a row: known, ends before it begins,
-- missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN EPISODE_START_DATE IS NULL THEN 'missing'
            WHEN EPISODE_END_DATE < EPISODE_START_DATE THEN 'ends before it begins'
            ELSE 'known'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes start_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes start_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 12. column lacw_episodes end_date
-- =================================================================================================
-- end_date of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN EPISODE_END_DATE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes end_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes end_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 13. column lacw_episodes reason_started
-- =================================================================================================
-- reason_started of lacw_episodes by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(REASON_EPISODE_STARTED_CODE)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(REASON_EPISODE_STARTED_CODE)), '') IN ('S', 'L', 'P', 'B') THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes reason_started' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes reason_started' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 14. column lacw_episodes category_of_need
-- =================================================================================================
-- category_of_need of lacw_episodes by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(CATEGORY_OF_NEED_CODE)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(CATEGORY_OF_NEED_CODE)), '') IN (
                'N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7', 'N8', 'N9'
            )
                THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes category_of_need' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes category_of_need' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 15. column lacw_episodes legal_status
-- =================================================================================================
-- legal_status of lacw_episodes by year. What is found in a row: valid, outside its years, not in
-- the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') IN (
                'C1', 'C2', 'D1', 'J1', 'J2', 'J3', 'L1', 'L2', 'L3', 'V1', 'V2', 'W1'
            )
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') = 'E1'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200506)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') IN ('E1') THEN 'outside its years'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes legal_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'column lacw_episodes legal_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 16. comparison cla_stock
-- =================================================================================================
-- Children looked after on 31 March, without those in a series of short breaks: child codes with
-- their authority, by year.
--   Why: to be compared with published figures

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
rows_of_year AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        HYBRID_ID_PE AS unit_1,
        LOCAL_AUTHORITY_CODE AS unit_2
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
    WHERE (
        YEAR_CODE = 200304
            AND EPISODE_START_DATE <= DATE('2004-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2004-03-31'))
            OR YEAR_CODE = 200405
            AND EPISODE_START_DATE <= DATE('2005-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2005-03-31'))
            OR YEAR_CODE = 200607
            AND EPISODE_START_DATE <= DATE('2007-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2007-03-31'))
            OR YEAR_CODE = 200708
            AND EPISODE_START_DATE <= DATE('2008-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2008-03-31'))
            OR YEAR_CODE = 200809
            AND EPISODE_START_DATE <= DATE('2009-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2009-03-31'))
            OR YEAR_CODE = 200910
            AND EPISODE_START_DATE <= DATE('2010-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2010-03-31'))
            OR YEAR_CODE = 201011
            AND EPISODE_START_DATE <= DATE('2011-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2011-03-31'))
            OR YEAR_CODE = 201213
            AND EPISODE_START_DATE <= DATE('2013-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2013-03-31'))
            OR YEAR_CODE = 201314
            AND EPISODE_START_DATE <= DATE('2014-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2014-03-31'))
            OR YEAR_CODE = 201415
            AND EPISODE_START_DATE <= DATE('2015-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2015-03-31'))
            OR YEAR_CODE = 201516
            AND EPISODE_START_DATE <= DATE('2016-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2016-03-31'))
            OR YEAR_CODE = 201617
            AND EPISODE_START_DATE <= DATE('2017-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2017-03-31'))
            OR YEAR_CODE = 201718
            AND EPISODE_START_DATE <= DATE('2018-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2018-03-31'))
            OR YEAR_CODE = 201920
            AND EPISODE_START_DATE <= DATE('2020-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2020-03-31'))
            OR YEAR_CODE = 202021
            AND EPISODE_START_DATE <= DATE('2021-03-31')
            AND (EPISODE_END_DATE IS NULL OR EPISODE_END_DATE >= DATE('2021-03-31'))
    )
        AND HYBRID_ID_PE IS NOT NULL
        AND LOCAL_AUTHORITY_CODE IS NOT NULL
        AND (
            NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') IS NULL
                OR NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') <> 'V1'
        )
),
units_of_year AS (
    SELECT row_year, unit_1, unit_2
    FROM rows_of_year
    GROUP BY row_year, unit_1, unit_2
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'comparison cla_stock' AS table_name,
    row_year AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM units_of_year
GROUP BY row_year;

-- =================================================================================================
-- 17. key lacw_derived_alf
-- =================================================================================================
-- Rows of lacw_derived_alf by whether others have the same key (hybrid_id, local_authority).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN HYBRID_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY HYBRID_ID_PE, LOCAL_AUTHORITY_CODE) AS with_key,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
),
row_states AS (
    SELECT
        CASE
            WHEN has_key = 1 AND with_key > 1 THEN 'one of several rows with one key'
            ELSE 'any other row'
        END AS row_state,
        unit_key
    FROM keyed_rows
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'key lacw_derived_alf' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'key lacw_derived_alf' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 18. key lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by whether others have the same key (hybrid_id, local_authority, year_code,
-- episode_number).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.infants_entering_care_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE
            WHEN HYBRID_ID_PE IS NOT NULL
                AND LOCAL_AUTHORITY_CODE IS NOT NULL
                AND YEAR_CODE IS NOT NULL
                AND EPISODE_NUMBER IS NOT NULL
                THEN 1
            ELSE 0
        END AS has_key,
        COUNT(*) OVER (PARTITION BY HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, YEAR_CODE, EPISODE_NUMBER)
            AS with_key,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
),
row_states AS (
    SELECT
        CASE
            WHEN has_key = 1 AND with_key > 1 THEN 'one of several rows with one key'
            ELSE 'any other row'
        END AS row_state,
        unit_key
    FROM keyed_rows
)
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'key lacw_episodes' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state
UNION ALL
SELECT
    'infants_entering_care' AS study,
    '9274f777fb71f5e8c9f5acccb3adcbb1407287987383a228194d6ce9d151b5fc' AS spec_hash,
    'key lacw_episodes' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;
