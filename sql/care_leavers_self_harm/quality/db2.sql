-- =================================================================================================
-- Study:      care_leavers_self_harm
-- Title:      Self-harm contacts with GPs and hospitals from age 16 to 21 among care leavers
-- Purpose:    counts for the data-quality statement of the study
-- Spec:       specs/care_leavers_self_harm.yaml
-- Spec hash:  2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538
-- Statements: a8c6bad3373a2538aba1b1332f51183a94e9d5a24303ef38b6585148f40465fb (SHA-256, without
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
-- Data from:       2005-04-01
-- Data until:      2021-03-31
-- Workspace:       SAILW9999V
-- Table of counts: SAILW9999V.care_leavers_self_harm_quality_results
--
-- Tables and columns read:
--   lacw_alf: SAIL9999V.LACW_PUPIL_ALF_20220329
--       SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   lacw_derived_alf: SAIL9999V.LACW_LAC_ALF_DERIVED_20240626
--       HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_SOURCE
--   lacw_episodes: SAIL9999V.LACW_EPISODE_MAIN_20220329
--       SYSTEM_ID_PE, HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE, LEGAL_STATUS_CODE, PLACEMENT_TYPE_CODE
--   pedw_diagnoses: SAIL9999V.PEDW_DIAG
--       PROV_UNIT_CD, SPELL_NUM_PE, EPI_NUM, DIAG_NUM, DIAG_CD
--   pedw_spells: SAIL9999V.PEDW_SPELL
--       PROV_UNIT_CD, SPELL_NUM_PE, ALF_PE, ALF_STS_CD, ADMIS_DT
--   wdsd_persons: SAIL9999V.WDSD_AR_PERS
--       PERS_ID_PE, ALF_PE, WOB, DOD, GNDR_CD
--   wdsd_wales_spells: SAIL9999V.WDSD_CLEAN_ADD_WALES
--       ALF_PE, START_DATE, END_DATE, WELSH_ADDRESS
--   wlgp_events: SAIL9999V.WLGP_GP_EVENT_CLEANSED
--       ALF_PE, ALF_STS_CD, EVENT_DT, EVENT_CD
--   wlgp_registrations: SAIL9999V.WLGP_CLEAN_GP_REG_MEDIAN
--       ALF_PE, START_DATE, END_DATE, GP_DATA_FLAG

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: drop what an earlier run left behind, and make an empty table for the counts
--    2  rows lacw_alf (output): rows of lacw_alf by year
--    3  column lacw_alf system_id (output): system_id of lacw_alf by year
--    4  column lacw_alf local_authority (output): local_authority of lacw_alf by year
--    5  column lacw_alf alf (output): alf of lacw_alf by year
--    6  column lacw_alf match_status (output): match_status of lacw_alf by year
--    7  rows lacw_derived_alf (output): rows of lacw_derived_alf by year
--    8  column lacw_derived_alf hybrid_id (output): hybrid_id of lacw_derived_alf by year
--    9  column lacw_derived_alf local_authority (output): local_authority of lacw_derived_alf ...
--   10  column lacw_derived_alf alf (output): alf of lacw_derived_alf by year
--   11  column lacw_derived_alf alf_source (output): alf_source of lacw_derived_alf by year
--   12  rows lacw_episodes (output): rows of lacw_episodes by year
--   13  column lacw_episodes system_id (output): system_id of lacw_episodes by year
--   14  column lacw_episodes hybrid_id (output): hybrid_id of lacw_episodes by year
--   15  column lacw_episodes local_authority (output): local_authority of lacw_episodes by year
--   16  column lacw_episodes episode_number (output): episode_number of lacw_episodes by year
--   17  column lacw_episodes start_date (output): start_date of lacw_episodes by year
--   18  column lacw_episodes end_date (output): end_date of lacw_episodes by year
--   19  column lacw_episodes legal_status (output): legal_status of lacw_episodes by year
--   20  column lacw_episodes placement_type (output): placement_type of lacw_episodes by year
--   21  rows pedw_diagnoses (output): rows of pedw_diagnoses by year
--   22  column pedw_diagnoses provider_unit (output): provider_unit of pedw_diagnoses by year
--   23  column pedw_diagnoses spell_number (output): spell_number of pedw_diagnoses by year
--   24  column pedw_diagnoses episode_number (output): episode_number of pedw_diagnoses by year
--   25  column pedw_diagnoses diagnosis_position (output): diagnosis_position of pedw_diagnoses ...
--   26  column pedw_diagnoses diagnosis (output): diagnosis of pedw_diagnoses by year
--   27  rows pedw_spells (output): rows of pedw_spells by year
--   28  column pedw_spells provider_unit (output): provider_unit of pedw_spells by year
--   29  column pedw_spells spell_number (output): spell_number of pedw_spells by year
--   30  column pedw_spells alf (output): alf of pedw_spells by year
--   31  column pedw_spells match_status (output): match_status of pedw_spells by year
--   32  rows wdsd_persons (output): rows of wdsd_persons by year
--   33  column wdsd_persons demographic_id (output): demographic_id of wdsd_persons by year
--   34  column wdsd_persons alf (output): alf of wdsd_persons by year
--   35  column wdsd_persons week_of_birth (output): week_of_birth of wdsd_persons by year
--   36  column wdsd_persons death_date (output): death_date of wdsd_persons by year
--   37  column wdsd_persons sex (output): sex of wdsd_persons by year
--   38  rows wdsd_wales_spells (output): rows of wdsd_wales_spells by year
--   39  column wdsd_wales_spells alf (output): alf of wdsd_wales_spells by year
--   40  column wdsd_wales_spells end_date (output): end_date of wdsd_wales_spells by year
--   41  column wdsd_wales_spells welsh_address (output): welsh_address of wdsd_wales_spells by year
--   42  rows wlgp_events (output): rows of wlgp_events by year
--   43  column wlgp_events alf (output): alf of wlgp_events by year
--   44  column wlgp_events match_status (output): match_status of wlgp_events by year
--   45  column wlgp_events code (output): code of wlgp_events by year
--   46  rows wlgp_registrations (output): rows of wlgp_registrations by year
--   47  column wlgp_registrations alf (output): alf of wlgp_registrations by year
--   48  column wlgp_registrations end_date (output): end_date of wlgp_registrations by year
--   49  column wlgp_registrations supplies_data (output): supplies_data of wlgp_registrations ...
--   50  comparison cla_stock (output): Children looked after on 31 March, without those in a ...
--   51  key lacw_alf (output): rows of lacw_alf by whether others have the same key (system_id, ...
--   52  key lacw_derived_alf (output): rows of lacw_derived_alf by whether others have the same ...
--   53  key lacw_episodes (output): rows of lacw_episodes by whether others have the same key ...
--   54  key pedw_diagnoses (output): rows of pedw_diagnoses by whether others have the same key ...
--   55  key pedw_spells (output): rows of pedw_spells by whether others have the same key ...
--   56  key wdsd_persons (output): rows of wdsd_persons by whether others have the same key ...
--   57  key wdsd_wales_spells (output): rows of wdsd_wales_spells by whether others have the ...
--   58  key wlgp_events (output): rows of wlgp_events by whether others have the same key (alf, ...
--   59  key wlgp_registrations (output): rows of wlgp_registrations by whether others have the ...

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- Drop what an earlier run left behind, and make an empty table for the counts.

CALL FNC.DROP_IF_EXISTS('SAILW9999V.CARE_LEAVERS_SELF_HARM_QUALITY_RESULTS');

CREATE TABLE SAILW9999V.care_leavers_self_harm_quality_results (
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
-- 2. rows lacw_alf
-- =================================================================================================
-- Rows of lacw_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows lacw_alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows lacw_alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 3. column lacw_alf system_id
-- =================================================================================================
-- system_id of lacw_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN SYSTEM_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf system_id' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf system_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 4. column lacw_alf local_authority
-- =================================================================================================
-- local_authority of lacw_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
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
        SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf local_authority' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 5. column lacw_alf alf
-- =================================================================================================
-- Alf of lacw_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 6. column lacw_alf match_status
-- =================================================================================================
-- match_status of lacw_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE
            WHEN ALF_STS_CD IS NULL THEN 'missing'
            WHEN ALF_STS_CD IN (1, 4, 35, 39, 99) THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf match_status' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_alf match_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 7. rows lacw_derived_alf
-- =================================================================================================
-- Rows of lacw_derived_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 8. column lacw_derived_alf hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 9. column lacw_derived_alf local_authority
-- =================================================================================================
-- local_authority of lacw_derived_alf by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 10. column lacw_derived_alf alf
-- =================================================================================================
-- Alf of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_derived_alf alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_derived_alf alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 11. column lacw_derived_alf alf_source
-- =================================================================================================
-- alf_source of lacw_derived_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(ALF_SOURCE)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(ALF_SOURCE)), '') IN (
                'DHCW', 'CRCS', 'CINW', 'EDUW', 'CAFW', 'NCCHD_BIRTHS', 'GP_EVENT'
            )
                THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_derived_alf alf_source' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_derived_alf alf_source' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 12. rows lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        '' AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 13. column lacw_episodes system_id
-- =================================================================================================
-- system_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN SYSTEM_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_episodes system_id' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_episodes system_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 14. column lacw_episodes hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN HYBRID_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 15. column lacw_episodes local_authority
-- =================================================================================================
-- local_authority of lacw_episodes by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 16. column lacw_episodes episode_number
-- =================================================================================================
-- episode_number of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN EPISODE_NUMBER IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 17. column lacw_episodes start_date
-- =================================================================================================
-- start_date of lacw_episodes by year. What is found in a row: known, ends before it begins,
-- missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 18. column lacw_episodes end_date
-- =================================================================================================
-- end_date of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN EPISODE_END_DATE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 19. column lacw_episodes legal_status
-- =================================================================================================
-- legal_status of lacw_episodes by year. What is found in a row: valid, outside its years, not in
-- the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 20. column lacw_episodes placement_type
-- =================================================================================================
-- placement_type of lacw_episodes by year. What is found in a row: valid, outside its years, not in
-- the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') IN (
                'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'P1', 'P2', 'P3', 'H1', 'H3', 'H4', 'H5', 'R1', 'R2',
                'R3', 'R4', 'R5', 'S1', 'M1', 'M2', 'M3', 'Z1'
            )
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A1'
                AND (YEAR_CODE IS NULL OR YEAR_CODE <= 200506 OR EPISODE_START_DATE <= DATE('2005-12-29'))
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A2'
                AND (YEAR_CODE IS NULL OR YEAR_CODE <= 200506 OR EPISODE_START_DATE <= DATE('2005-12-29'))
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A3'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200506)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A4'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200506)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A5'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200506)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A6'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200506)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'A8'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 201617)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'H2'
                AND (YEAR_CODE IS NULL OR YEAR_CODE <= 201011 OR EPISODE_START_DATE <= DATE('2010-12-31'))
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'H21'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200910)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') = 'H22'
                AND (YEAR_CODE IS NULL OR YEAR_CODE >= 200910)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(PLACEMENT_TYPE_CODE)), '') IN (
                'A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A8', 'H2', 'H21', 'H22'
            )
                THEN 'outside its years'
            ELSE 'not in the list'
        END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_episodes placement_type' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column lacw_episodes placement_type' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 21. rows pedw_diagnoses
-- =================================================================================================
-- Rows of pedw_diagnoses by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows pedw_diagnoses' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows pedw_diagnoses' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 22. column pedw_diagnoses provider_unit
-- =================================================================================================
-- provider_unit of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN NULLIF(UPPER(TRIM(PROV_UNIT_CD)), '') IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses provider_unit' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses provider_unit' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 23. column pedw_diagnoses spell_number
-- =================================================================================================
-- spell_number of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN SPELL_NUM_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses spell_number' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses spell_number' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 24. column pedw_diagnoses episode_number
-- =================================================================================================
-- episode_number of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN NULLIF(UPPER(TRIM(EPI_NUM)), '') IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses episode_number' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses episode_number' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 25. column pedw_diagnoses diagnosis_position
-- =================================================================================================
-- diagnosis_position of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN DIAG_NUM IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses diagnosis_position' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses diagnosis_position' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 26. column pedw_diagnoses diagnosis
-- =================================================================================================
-- Diagnosis of pedw_diagnoses by year. What is found in a row: in the form of a code, not in the
-- form of a code, missing.
--   Why: missing values, and what cannot be a code

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(DIAG_CD)), '') IS NULL THEN 'missing'
            WHEN (
                NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'A%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'B%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'C%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'D%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'E%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'F%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'G%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'H%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'I%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'J%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'K%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'L%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'M%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'N%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'O%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'P%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'Q%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'R%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'S%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'T%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'U%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'V%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'W%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'X%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'Y%'
                    OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE 'Z%'
            )
                AND (
                    NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_0%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_1%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_2%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_3%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_4%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_5%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_6%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_7%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_8%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_9%'
                )
                AND (
                    NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__0%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__1%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__2%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__3%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__4%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__5%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__6%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__7%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__8%'
                        OR NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '__9%'
                )
                AND NOT NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '_______%'
                AND NOT NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '%.%'
                AND NOT NULLIF(UPPER(TRIM(DIAG_CD)), '') LIKE '% %'
                THEN 'in the form of a code'
            ELSE 'not in the form of a code'
        END AS row_state,
        SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses diagnosis' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_diagnoses diagnosis' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 27. rows pedw_spells
-- =================================================================================================
-- Rows of pedw_spells by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows pedw_spells' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows pedw_spells' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 28. column pedw_spells provider_unit
-- =================================================================================================
-- provider_unit of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN NULLIF(UPPER(TRIM(PROV_UNIT_CD)), '') IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells provider_unit' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells provider_unit' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 29. column pedw_spells spell_number
-- =================================================================================================
-- spell_number of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN SPELL_NUM_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells spell_number' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells spell_number' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 30. column pedw_spells alf
-- =================================================================================================
-- Alf of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 31. column pedw_spells match_status
-- =================================================================================================
-- match_status of pedw_spells by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(ALF_STS_CD)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(ALF_STS_CD)), '') IN ('1', '4', '35', '39', '99') THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells match_status' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column pedw_spells match_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 32. rows wdsd_persons
-- =================================================================================================
-- Rows of wdsd_persons by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wdsd_persons' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wdsd_persons' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 33. column wdsd_persons demographic_id
-- =================================================================================================
-- demographic_id of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN PERS_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons demographic_id' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons demographic_id' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 34. column wdsd_persons alf
-- =================================================================================================
-- Alf of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 35. column wdsd_persons week_of_birth
-- =================================================================================================
-- week_of_birth of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN WOB IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons week_of_birth' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons week_of_birth' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 36. column wdsd_persons death_date
-- =================================================================================================
-- death_date of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN DOD IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons death_date' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons death_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 37. column wdsd_persons sex
-- =================================================================================================
-- Sex of wdsd_persons by year. What is found in a row: valid, special, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE
            WHEN GNDR_CD IS NULL THEN 'missing'
            WHEN GNDR_CD IN (9, 0, 8) THEN 'special'
            WHEN GNDR_CD IN (1, 2) THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons sex' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_persons sex' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 38. rows wdsd_wales_spells
-- =================================================================================================
-- Rows of wdsd_wales_spells by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wdsd_wales_spells' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wdsd_wales_spells' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 39. column wdsd_wales_spells alf
-- =================================================================================================
-- Alf of wdsd_wales_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_wales_spells alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_wales_spells alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 40. column wdsd_wales_spells end_date
-- =================================================================================================
-- end_date of wdsd_wales_spells by year. What is found in a row: known, ends before it begins,
-- special, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE
            WHEN END_DATE IS NULL THEN 'missing'
            WHEN END_DATE IN (DATE('9999-01-01')) THEN 'special'
            WHEN END_DATE < START_DATE AND END_DATE <> DATE('9999-01-01') THEN 'ends before it begins'
            ELSE 'known'
        END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_wales_spells end_date' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_wales_spells end_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 41. column wdsd_wales_spells welsh_address
-- =================================================================================================
-- welsh_address of wdsd_wales_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN WELSH_ADDRESS IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_wales_spells welsh_address' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wdsd_wales_spells welsh_address' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 42. rows wlgp_events
-- =================================================================================================
-- Rows of wlgp_events by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN EVENT_DT IS NULL OR EVENT_DT = DATE('0001-01-01') THEN 'not known'
            WHEN EVENT_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN EVENT_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(EVENT_DT) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_GP_EVENT_CLEANSED AS wlgp_events
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wlgp_events' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wlgp_events' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 43. column wlgp_events alf
-- =================================================================================================
-- Alf of wlgp_events by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN EVENT_DT IS NULL OR EVENT_DT = DATE('0001-01-01') THEN 'not known'
            WHEN EVENT_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN EVENT_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(EVENT_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_GP_EVENT_CLEANSED AS wlgp_events
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_events alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_events alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 44. column wlgp_events match_status
-- =================================================================================================
-- match_status of wlgp_events by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN EVENT_DT IS NULL OR EVENT_DT = DATE('0001-01-01') THEN 'not known'
            WHEN EVENT_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN EVENT_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(EVENT_DT) AS VARCHAR(20))
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(ALF_STS_CD)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(ALF_STS_CD)), '') IN ('1', '4', '35', '39', '99') THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_GP_EVENT_CLEANSED AS wlgp_events
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_events match_status' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_events match_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 45. column wlgp_events code
-- =================================================================================================
-- Code of wlgp_events by year. What is found in a row: in the form of a code, not in the form of a
-- code, missing.
--   Why: missing values, and what cannot be a code

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN EVENT_DT IS NULL OR EVENT_DT = DATE('0001-01-01') THEN 'not known'
            WHEN EVENT_DT < DATE('2005-01-01') THEN 'earlier'
            WHEN EVENT_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(EVENT_DT) AS VARCHAR(20))
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(EVENT_CD)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '_____'
                AND NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '.%'
                AND NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '% %'
                AND NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '%-%'
                AND NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '%^%'
                AND (
                    NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '_.%'
                        OR NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '_....'
                )
                AND (
                    NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '__.%'
                        OR NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '__...'
                )
                AND (
                    NOT NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '___.%'
                        OR NULLIF(UPPER(TRIM(EVENT_CD)), '') LIKE '___..'
                )
                THEN 'in the form of a code'
            ELSE 'not in the form of a code'
        END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_GP_EVENT_CLEANSED AS wlgp_events
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_events code' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_events code' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 46. rows wlgp_registrations
-- =================================================================================================
-- Rows of wlgp_registrations by year.
--   Why: coverage

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_CLEAN_GP_REG_MEDIAN AS wlgp_registrations
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wlgp_registrations' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rows wlgp_registrations' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 47. column wlgp_registrations alf
-- =================================================================================================
-- Alf of wlgp_registrations by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_CLEAN_GP_REG_MEDIAN AS wlgp_registrations
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_registrations alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_registrations alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 48. column wlgp_registrations end_date
-- =================================================================================================
-- end_date of wlgp_registrations by year. What is found in a row: known, ends before it begins,
-- special, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE
            WHEN END_DATE IS NULL THEN 'missing'
            WHEN END_DATE IN (DATE('9999-01-01')) THEN 'special'
            WHEN END_DATE < START_DATE AND END_DATE <> DATE('9999-01-01') THEN 'ends before it begins'
            ELSE 'known'
        END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_CLEAN_GP_REG_MEDIAN AS wlgp_registrations
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_registrations end_date' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_registrations end_date' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 49. column wlgp_registrations supplies_data
-- =================================================================================================
-- supplies_data of wlgp_registrations by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2005-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN GP_DATA_FLAG IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_CLEAN_GP_REG_MEDIAN AS wlgp_registrations
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_registrations supplies_data' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'column wlgp_registrations supplies_data' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 50. comparison cla_stock
-- =================================================================================================
-- Children looked after on 31 March, without those in a series of short breaks: child codes with
-- their authority, by year.
--   Why: to be compared with published figures

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
rows_of_year AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314, 201415, 201516,
                201617, 201718, 201819, 201920, 202021
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200506 THEN 'earlier'
            WHEN YEAR_CODE > 202021 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        HYBRID_ID_PE AS unit_1,
        LOCAL_AUTHORITY_CODE AS unit_2
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
    WHERE (
        YEAR_CODE = 200607
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 51. key lacw_alf
-- =================================================================================================
-- Rows of lacw_alf by whether others have the same key (system_id, local_authority).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN SYSTEM_ID_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE) AS with_key,
        SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key lacw_alf' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key lacw_alf' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 52. key lacw_derived_alf
-- =================================================================================================
-- Rows of lacw_derived_alf by whether others have the same key (hybrid_id, local_authority).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 53. key lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by whether others have the same key (hybrid_id, local_authority, year_code,
-- episode_number).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key lacw_episodes' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 54. key pedw_diagnoses
-- =================================================================================================
-- Rows of pedw_diagnoses by whether others have the same key (provider_unit, spell_number,
-- episode_number, diagnosis_position).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE
            WHEN NULLIF(RTRIM(PROV_UNIT_CD), '') IS NOT NULL
                AND SPELL_NUM_PE IS NOT NULL
                AND NULLIF(RTRIM(EPI_NUM), '') IS NOT NULL
                AND DIAG_NUM IS NOT NULL
                THEN 1
            ELSE 0
        END AS has_key,
        COUNT(*) OVER (
            PARTITION BY NULLIF(RTRIM(PROV_UNIT_CD), ''), SPELL_NUM_PE, NULLIF(RTRIM(EPI_NUM), ''), DIAG_NUM
        ) AS with_key,
        SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key pedw_diagnoses' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key pedw_diagnoses' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 55. key pedw_spells
-- =================================================================================================
-- Rows of pedw_spells by whether others have the same key (provider_unit, spell_number).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN NULLIF(RTRIM(PROV_UNIT_CD), '') IS NOT NULL AND SPELL_NUM_PE IS NOT NULL THEN 1 ELSE 0 END
            AS has_key,
        COUNT(*) OVER (PARTITION BY NULLIF(RTRIM(PROV_UNIT_CD), ''), SPELL_NUM_PE) AS with_key,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key pedw_spells' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key pedw_spells' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 56. key wdsd_persons
-- =================================================================================================
-- Rows of wdsd_persons by whether others have the same key (demographic_id).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN PERS_ID_PE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY PERS_ID_PE) AS with_key,
        PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wdsd_persons' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wdsd_persons' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 57. key wdsd_wales_spells
-- =================================================================================================
-- Rows of wdsd_wales_spells by whether others have the same key (alf, start_date).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN ALF_PE IS NOT NULL AND START_DATE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY ALF_PE, START_DATE) AS with_key,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wdsd_wales_spells' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wdsd_wales_spells' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 58. key wlgp_events
-- =================================================================================================
-- Rows of wlgp_events by whether others have the same key (alf, event_date, code).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE
            WHEN ALF_PE IS NOT NULL
                AND EVENT_DT IS NOT NULL
                AND NULLIF(RTRIM(EVENT_CD), '') IS NOT NULL
                THEN 1
            ELSE 0
        END AS has_key,
        COUNT(*) OVER (PARTITION BY ALF_PE, EVENT_DT, NULLIF(RTRIM(EVENT_CD), '')) AS with_key,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_GP_EVENT_CLEANSED AS wlgp_events
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wlgp_events' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wlgp_events' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 59. key wlgp_registrations
-- =================================================================================================
-- Rows of wlgp_registrations by whether others have the same key (alf, start_date).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.care_leavers_self_harm_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN ALF_PE IS NOT NULL AND START_DATE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY ALF_PE, START_DATE) AS with_key,
        ALF_PE AS unit_key
    FROM SAIL9999V.WLGP_CLEAN_GP_REG_MEDIAN AS wlgp_registrations
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wlgp_registrations' AS table_name,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'key wlgp_registrations' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;
