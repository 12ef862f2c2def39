-- =================================================================================================
-- Study:      crcs_substance_misuse_injury
-- Title:      Parental substance misuse and hospital admission for injury
-- Purpose:    counts for the data-quality statement of the study
-- Spec:       specs/crcs_substance_misuse_injury.yaml
-- Spec hash:  b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e
-- Statements: 24c95e7d6646d72da5354ec814a17f1e879956cf1da796dcd5d1fa539701cd71 (SHA-256, without
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
-- Table of counts: SAILW9999V.crcs_substance_misuse_injury_quality_results
--
-- Tables and columns read:
--   crcs_alf: SAIL9999V.CRCS_PUPIL_ALF_20220329
--       CHILD_CODE_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   crcs_children: SAIL9999V.CRCS_MAIN_CRCS_20220329
--       CHILD_CODE_PE, LOCAL_AUTHORITY_CODE, YEAR_CODE, PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE,
--       PARENTING_CAPACITY_LEARNING_DISABILITIES, PARENTING_CAPACITY_MENTAL_ILL_HEALTH,
--       PARENTING_CAPACITY_PHYSICAL_ILL_HEALTH, PARENTING_CAPACITY_DOMESTIC_ABUSE
--   eduw_pupil_alf: SAIL9999V.EDUW_PUPIL_ALF_20221017
--       IRN_PE, ALF_PE, ALF_STS_CD, WOB
--   eduw_pupils: SAIL9999V.EDUW_PUPIL_20221017
--       IRN_PE, YEAR, LEA, ESTAB_PE, SENPROVISION, FSMELIGIBLE
--   lacw_alf: SAIL9999V.LACW_PUPIL_ALF_20220329
--       SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   lacw_episodes: SAIL9999V.LACW_EPISODE_MAIN_20220329
--       SYSTEM_ID_PE, HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE
--   pedw_diagnoses: SAIL9999V.PEDW_DIAG
--       PROV_UNIT_CD, SPELL_NUM_PE, EPI_NUM, DIAG_NUM, DIAG_CD
--   pedw_spells: SAIL9999V.PEDW_SPELL
--       PROV_UNIT_CD, SPELL_NUM_PE, ALF_PE, ALF_STS_CD, ADMIS_DT, ADMIS_MTHD_CD
--   wdsd_persons: SAIL9999V.WDSD_AR_PERS
--       PERS_ID_PE, ALF_PE, WOB, DOD, GNDR_CD
--   wdsd_wales_spells: SAIL9999V.WDSD_CLEAN_ADD_WALES
--       ALF_PE, START_DATE, END_DATE, WELSH_ADDRESS

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: drop what an earlier run left behind, and make an empty table for the counts
--    2  rows crcs_alf (output): rows of crcs_alf by year
--    3  column crcs_alf child_code (output): child_code of crcs_alf by year
--    4  column crcs_alf local_authority (output): local_authority of crcs_alf by year
--    5  column crcs_alf alf (output): alf of crcs_alf by year
--    6  column crcs_alf match_status (output): match_status of crcs_alf by year
--    7  rows crcs_children (output): rows of crcs_children by year
--    8  column crcs_children child_code (output): child_code of crcs_children by year
--    9  column crcs_children local_authority (output): local_authority of crcs_children by year
--   10  column crcs_children parents_substance_misuse (output): parents_substance_misuse of ...
--   11  column crcs_children parents_learning_disabilities (output): ...
--   12  column crcs_children parents_mental_ill_health (output): parents_mental_ill_health of ...
--   13  column crcs_children parents_physical_ill_health (output): parents_physical_ill_health ...
--   14  column crcs_children parents_domestic_abuse (output): parents_domestic_abuse of ...
--   15  rows eduw_pupil_alf (output): rows of eduw_pupil_alf by year
--   16  column eduw_pupil_alf pupil (output): pupil of eduw_pupil_alf by year
--   17  column eduw_pupil_alf alf (output): alf of eduw_pupil_alf by year
--   18  column eduw_pupil_alf match_status (output): match_status of eduw_pupil_alf by year
--   19  column eduw_pupil_alf week_of_birth (output): week_of_birth of eduw_pupil_alf by year
--   20  rows eduw_pupils (output): rows of eduw_pupils by year
--   21  column eduw_pupils pupil (output): pupil of eduw_pupils by year
--   22  column eduw_pupils education_authority (output): education_authority of eduw_pupils by year
--   23  column eduw_pupils school (output): school of eduw_pupils by year
--   24  column eduw_pupils sen_provision (output): sen_provision of eduw_pupils by year
--   25  column eduw_pupils fsm_eligible (output): fsm_eligible of eduw_pupils by year
--   26  rows lacw_alf (output): rows of lacw_alf by year
--   27  column lacw_alf system_id (output): system_id of lacw_alf by year
--   28  column lacw_alf local_authority (output): local_authority of lacw_alf by year
--   29  column lacw_alf alf (output): alf of lacw_alf by year
--   30  column lacw_alf match_status (output): match_status of lacw_alf by year
--   31  rows lacw_episodes (output): rows of lacw_episodes by year
--   32  column lacw_episodes system_id (output): system_id of lacw_episodes by year
--   33  column lacw_episodes hybrid_id (output): hybrid_id of lacw_episodes by year
--   34  column lacw_episodes local_authority (output): local_authority of lacw_episodes by year
--   35  column lacw_episodes episode_number (output): episode_number of lacw_episodes by year
--   36  column lacw_episodes start_date (output): start_date of lacw_episodes by year
--   37  column lacw_episodes end_date (output): end_date of lacw_episodes by year
--   38  rows pedw_diagnoses (output): rows of pedw_diagnoses by year
--   39  column pedw_diagnoses provider_unit (output): provider_unit of pedw_diagnoses by year
--   40  column pedw_diagnoses spell_number (output): spell_number of pedw_diagnoses by year
--   41  column pedw_diagnoses episode_number (output): episode_number of pedw_diagnoses by year
--   42  column pedw_diagnoses diagnosis_position (output): diagnosis_position of pedw_diagnoses ...
--   43  column pedw_diagnoses diagnosis (output): diagnosis of pedw_diagnoses by year
--   44  rows pedw_spells (output): rows of pedw_spells by year
--   45  column pedw_spells provider_unit (output): provider_unit of pedw_spells by year
--   46  column pedw_spells spell_number (output): spell_number of pedw_spells by year
--   47  column pedw_spells alf (output): alf of pedw_spells by year
--   48  column pedw_spells match_status (output): match_status of pedw_spells by year
--   49  column pedw_spells admission_method (output): admission_method of pedw_spells by year
--   50  rows wdsd_persons (output): rows of wdsd_persons by year
--   51  column wdsd_persons demographic_id (output): demographic_id of wdsd_persons by year
--   52  column wdsd_persons alf (output): alf of wdsd_persons by year
--   53  column wdsd_persons week_of_birth (output): week_of_birth of wdsd_persons by year
--   54  column wdsd_persons death_date (output): death_date of wdsd_persons by year
--   55  column wdsd_persons sex (output): sex of wdsd_persons by year
--   56  rows wdsd_wales_spells (output): rows of wdsd_wales_spells by year
--   57  column wdsd_wales_spells alf (output): alf of wdsd_wales_spells by year
--   58  column wdsd_wales_spells end_date (output): end_date of wdsd_wales_spells by year
--   59  column wdsd_wales_spells welsh_address (output): welsh_address of wdsd_wales_spells by year
--   60  comparison crcs_count (output): Children receiving care and support on 31 March: child ...
--   61  comparison pupils (output): Pupils in schools maintained by local authorities at the ...
--   62  key crcs_alf (output): rows of crcs_alf by whether others have the same key ...
--   63  key crcs_children (output): rows of crcs_children by whether others have the same key ...
--   64  key eduw_pupil_alf (output): rows of eduw_pupil_alf by whether others have the same key ...
--   65  key eduw_pupils (output): rows of eduw_pupils by whether others have the same key ...
--   66  key lacw_alf (output): rows of lacw_alf by whether others have the same key (system_id, ...
--   67  key lacw_episodes (output): rows of lacw_episodes by whether others have the same key ...
--   68  key pedw_diagnoses (output): rows of pedw_diagnoses by whether others have the same key ...
--   69  key pedw_spells (output): rows of pedw_spells by whether others have the same key ...
--   70  key wdsd_persons (output): rows of wdsd_persons by whether others have the same key ...
--   71  key wdsd_wales_spells (output): rows of wdsd_wales_spells by whether others have the ...

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- Drop what an earlier run left behind, and make an empty table for the counts.

CALL FNC.DROP_IF_EXISTS('SAILW9999V.CRCS_SUBSTANCE_MISUSE_INJURY_QUALITY_RESULTS');

CREATE TABLE SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
-- 2. rows crcs_alf
-- =================================================================================================
-- Rows of crcs_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_PUPIL_ALF_20220329 AS crcs_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows crcs_alf' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows crcs_alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 3. column crcs_alf child_code
-- =================================================================================================
-- child_code of crcs_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN CHILD_CODE_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_PUPIL_ALF_20220329 AS crcs_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf child_code' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf child_code' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 4. column crcs_alf local_authority
-- =================================================================================================
-- local_authority of crcs_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_PUPIL_ALF_20220329 AS crcs_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf local_authority' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 5. column crcs_alf alf
-- =================================================================================================
-- Alf of crcs_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_PUPIL_ALF_20220329 AS crcs_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf alf' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 6. column crcs_alf match_status
-- =================================================================================================
-- match_status of crcs_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_PUPIL_ALF_20220329 AS crcs_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf match_status' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_alf match_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 7. rows crcs_children
-- =================================================================================================
-- Rows of crcs_children by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows crcs_children' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows crcs_children' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 8. column crcs_children child_code
-- =================================================================================================
-- child_code of crcs_children by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN CHILD_CODE_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children child_code' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children child_code' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 9. column crcs_children local_authority
-- =================================================================================================
-- local_authority of crcs_children by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children local_authority' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children local_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 10. column crcs_children parents_substance_misuse
-- =================================================================================================
-- parents_substance_misuse of crcs_children by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE IS NULL THEN 'missing' ELSE 'known' END
            AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_substance_misuse' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_substance_misuse' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 11. column crcs_children parents_learning_disabilities
-- =================================================================================================
-- parents_learning_disabilities of crcs_children by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN PARENTING_CAPACITY_LEARNING_DISABILITIES IS NULL THEN 'missing' ELSE 'known' END
            AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_learning_disabilities' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_learning_disabilities' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 12. column crcs_children parents_mental_ill_health
-- =================================================================================================
-- parents_mental_ill_health of crcs_children by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN PARENTING_CAPACITY_MENTAL_ILL_HEALTH IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_mental_ill_health' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_mental_ill_health' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 13. column crcs_children parents_physical_ill_health
-- =================================================================================================
-- parents_physical_ill_health of crcs_children by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN PARENTING_CAPACITY_PHYSICAL_ILL_HEALTH IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_physical_ill_health' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_physical_ill_health' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 14. column crcs_children parents_domestic_abuse
-- =================================================================================================
-- parents_domestic_abuse of crcs_children by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN PARENTING_CAPACITY_DOMESTIC_ABUSE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_domestic_abuse' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column crcs_children parents_domestic_abuse' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 15. rows eduw_pupil_alf
-- =================================================================================================
-- Rows of eduw_pupil_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows eduw_pupil_alf' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows eduw_pupil_alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 16. column eduw_pupil_alf pupil
-- =================================================================================================
-- Pupil of eduw_pupil_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN IRN_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf pupil' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf pupil' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 17. column eduw_pupil_alf alf
-- =================================================================================================
-- Alf of eduw_pupil_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf alf' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf alf' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 18. column eduw_pupil_alf match_status
-- =================================================================================================
-- match_status of eduw_pupil_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf match_status' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf match_status' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 19. column eduw_pupil_alf week_of_birth
-- =================================================================================================
-- week_of_birth of eduw_pupil_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        'whole table' AS row_year,
        CASE WHEN WOB IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf week_of_birth' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupil_alf week_of_birth' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 20. rows eduw_pupils
-- =================================================================================================
-- Rows of eduw_pupils by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        '' AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows eduw_pupils' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'rows eduw_pupils' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 21. column eduw_pupils pupil
-- =================================================================================================
-- Pupil of eduw_pupils by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN IRN_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils pupil' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils pupil' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 22. column eduw_pupils education_authority
-- =================================================================================================
-- education_authority of eduw_pupils by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN LEA IS NULL THEN 'missing'
            WHEN LEA IN (
                660, 661, 662, 663, 664, 665, 666, 667, 668, 669, 670, 671, 672, 673, 674, 675, 676, 677, 678,
                679, 680, 681
            )
                THEN 'valid'
            ELSE 'not in the list'
        END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils education_authority' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils education_authority' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 23. column eduw_pupils school
-- =================================================================================================
-- School of eduw_pupils by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN ESTAB_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils school' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils school' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 24. column eduw_pupils sen_provision
-- =================================================================================================
-- sen_provision of eduw_pupils by year. What is found in a row: valid, outside its years, not in
-- the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') IS NULL THEN 'missing'
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') IN ('N') THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') = 'A'
                AND (eduw_pupils.YEAR IS NULL OR eduw_pupils.YEAR <= 202508)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') = 'P'
                AND (eduw_pupils.YEAR IS NULL OR eduw_pupils.YEAR <= 202508)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') = 'Q'
                AND (eduw_pupils.YEAR IS NULL OR eduw_pupils.YEAR <= 202508)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') = 'S'
                AND (eduw_pupils.YEAR IS NULL OR eduw_pupils.YEAR <= 202508)
                THEN 'valid'
            WHEN NULLIF(UPPER(TRIM(SENPROVISION)), '') IN ('A', 'P', 'Q', 'S') THEN 'outside its years'
            ELSE 'not in the list'
        END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils sen_provision' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils sen_provision' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 25. column eduw_pupils fsm_eligible
-- =================================================================================================
-- fsm_eligible of eduw_pupils by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN FSMELIGIBLE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils fsm_eligible' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column eduw_pupils fsm_eligible' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 26. rows lacw_alf
-- =================================================================================================
-- Rows of lacw_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 27. column lacw_alf system_id
-- =================================================================================================
-- system_id of lacw_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 28. column lacw_alf local_authority
-- =================================================================================================
-- local_authority of lacw_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 29. column lacw_alf alf
-- =================================================================================================
-- Alf of lacw_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 30. column lacw_alf match_status
-- =================================================================================================
-- match_status of lacw_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 31. rows lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 32. column lacw_episodes system_id
-- =================================================================================================
-- system_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CASE WHEN SYSTEM_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 33. column lacw_episodes hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 34. column lacw_episodes local_authority
-- =================================================================================================
-- local_authority of lacw_episodes by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 35. column lacw_episodes episode_number
-- =================================================================================================
-- episode_number of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 36. column lacw_episodes start_date
-- =================================================================================================
-- start_date of lacw_episodes by year. What is found in a row: known, ends before it begins,
-- missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 37. column lacw_episodes end_date
-- =================================================================================================
-- end_date of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 38. rows pedw_diagnoses
-- =================================================================================================
-- Rows of pedw_diagnoses by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, SPELL_NUM_PE AS unit_key
    FROM SAIL9999V.PEDW_DIAG AS pedw_diagnoses
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 39. column pedw_diagnoses provider_unit
-- =================================================================================================
-- provider_unit of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 40. column pedw_diagnoses spell_number
-- =================================================================================================
-- spell_number of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 41. column pedw_diagnoses episode_number
-- =================================================================================================
-- episode_number of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 42. column pedw_diagnoses diagnosis_position
-- =================================================================================================
-- diagnosis_position of pedw_diagnoses by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 43. column pedw_diagnoses diagnosis
-- =================================================================================================
-- Diagnosis of pedw_diagnoses by year. What is found in a row: in the form of a code, not in the
-- form of a code, missing.
--   Why: missing values, and what cannot be a code

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 44. rows pedw_spells
-- =================================================================================================
-- Rows of pedw_spells by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2003-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 45. column pedw_spells provider_unit
-- =================================================================================================
-- provider_unit of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2003-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN NULLIF(UPPER(TRIM(PROV_UNIT_CD)), '') IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 46. column pedw_spells spell_number
-- =================================================================================================
-- spell_number of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2003-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN SPELL_NUM_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 47. column pedw_spells alf
-- =================================================================================================
-- Alf of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2003-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 48. column pedw_spells match_status
-- =================================================================================================
-- match_status of pedw_spells by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2003-01-01') THEN 'earlier'
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 49. column pedw_spells admission_method
-- =================================================================================================
-- admission_method of pedw_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN ADMIS_DT IS NULL THEN 'not known'
            WHEN ADMIS_DT < DATE('2003-01-01') THEN 'earlier'
            WHEN ADMIS_DT > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(ADMIS_DT) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN NULLIF(UPPER(TRIM(ADMIS_MTHD_CD)), '') IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.PEDW_SPELL AS pedw_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column pedw_spells admission_method' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'column pedw_spells admission_method' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 50. rows wdsd_persons
-- =================================================================================================
-- Rows of wdsd_persons by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 51. column wdsd_persons demographic_id
-- =================================================================================================
-- demographic_id of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 52. column wdsd_persons alf
-- =================================================================================================
-- Alf of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 53. column wdsd_persons week_of_birth
-- =================================================================================================
-- week_of_birth of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 54. column wdsd_persons death_date
-- =================================================================================================
-- death_date of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 55. column wdsd_persons sex
-- =================================================================================================
-- Sex of wdsd_persons by year. What is found in a row: valid, special, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 56. rows wdsd_wales_spells
-- =================================================================================================
-- Rows of wdsd_wales_spells by year.
--   Why: coverage

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 57. column wdsd_wales_spells alf
-- =================================================================================================
-- Alf of wdsd_wales_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 58. column wdsd_wales_spells end_date
-- =================================================================================================
-- end_date of wdsd_wales_spells by year. What is found in a row: known, ends before it begins,
-- special, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 59. column wdsd_wales_spells welsh_address
-- =================================================================================================
-- welsh_address of wdsd_wales_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2021-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN WELSH_ADDRESS IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 60. comparison crcs_count
-- =================================================================================================
-- Children receiving care and support on 31 March: child codes with their authority, by year.
--   Why: to be compared with published figures

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
        CHILD_CODE_PE AS unit_1,
        LOCAL_AUTHORITY_CODE AS unit_2
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
    WHERE YEAR_CODE = 202021 AND CHILD_CODE_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL
),
units_of_year AS (
    SELECT row_year, unit_1, unit_2
    FROM rows_of_year
    GROUP BY row_year, unit_1, unit_2
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'comparison crcs_count' AS table_name,
    row_year AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM units_of_year
GROUP BY row_year;

-- =================================================================================================
-- 61. comparison pupils
-- =================================================================================================
-- Pupils in schools maintained by local authorities at the January census: pupil numbers, by year.
--   Why: to be compared with published figures

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
rows_of_year AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202200
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 202199 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        IRN_PE AS unit_1
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
    WHERE (
        eduw_pupils.YEAR = 201201
            OR eduw_pupils.YEAR = 201301
            OR eduw_pupils.YEAR = 201701
            OR eduw_pupils.YEAR = 201801
            OR eduw_pupils.YEAR = 202001
    )
        AND IRN_PE IS NOT NULL
),
units_of_year AS (
    SELECT row_year, unit_1
    FROM rows_of_year
    GROUP BY row_year, unit_1
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'comparison pupils' AS table_name,
    row_year AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM units_of_year
GROUP BY row_year;

-- =================================================================================================
-- 62. key crcs_alf
-- =================================================================================================
-- Rows of crcs_alf by whether others have the same key (child_code, local_authority).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN CHILD_CODE_PE IS NOT NULL AND LOCAL_AUTHORITY_CODE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY CHILD_CODE_PE, LOCAL_AUTHORITY_CODE) AS with_key,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_PUPIL_ALF_20220329 AS crcs_alf
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key crcs_alf' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key crcs_alf' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 63. key crcs_children
-- =================================================================================================
-- Rows of crcs_children by whether others have the same key (child_code, local_authority,
-- year_code).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE
            WHEN CHILD_CODE_PE IS NOT NULL
                AND LOCAL_AUTHORITY_CODE IS NOT NULL
                AND YEAR_CODE IS NOT NULL
                THEN 1
            ELSE 0
        END AS has_key,
        COUNT(*) OVER (PARTITION BY CHILD_CODE_PE, LOCAL_AUTHORITY_CODE, YEAR_CODE) AS with_key,
        CHILD_CODE_PE AS unit_key
    FROM SAIL9999V.CRCS_MAIN_CRCS_20220329 AS crcs_children
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key crcs_children' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key crcs_children' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 64. key eduw_pupil_alf
-- =================================================================================================
-- Rows of eduw_pupil_alf by whether others have the same key (pupil, alf).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN IRN_PE IS NOT NULL AND ALF_PE IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY IRN_PE, ALF_PE) AS with_key,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key eduw_pupil_alf' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key eduw_pupil_alf' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 65. key eduw_pupils
-- =================================================================================================
-- Rows of eduw_pupils by whether others have the same key (pupil, year_month, education_authority,
-- school).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE
            WHEN IRN_PE IS NOT NULL
                AND eduw_pupils.YEAR IS NOT NULL
                AND LEA IS NOT NULL
                AND ESTAB_PE IS NOT NULL
                THEN 1
            ELSE 0
        END AS has_key,
        COUNT(*) OVER (PARTITION BY IRN_PE, eduw_pupils.YEAR, LEA, ESTAB_PE) AS with_key,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key eduw_pupils' AS table_name,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key eduw_pupils' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 66. key lacw_alf
-- =================================================================================================
-- Rows of lacw_alf by whether others have the same key (system_id, local_authority).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 67. key lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by whether others have the same key (hybrid_id, local_authority, year_code,
-- episode_number).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 68. key pedw_diagnoses
-- =================================================================================================
-- Rows of pedw_diagnoses by whether others have the same key (provider_unit, spell_number,
-- episode_number, diagnosis_position).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 69. key pedw_spells
-- =================================================================================================
-- Rows of pedw_spells by whether others have the same key (provider_unit, spell_number).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 70. key wdsd_persons
-- =================================================================================================
-- Rows of wdsd_persons by whether others have the same key (demographic_id).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 71. key wdsd_wales_spells
-- =================================================================================================
-- Rows of wdsd_wales_spells by whether others have the same key (alf, start_date).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.crcs_substance_misuse_injury_quality_results (
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'key wdsd_wales_spells' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;
