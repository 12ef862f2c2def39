-- =================================================================================================
-- Study:      first_care_entry_gcse
-- Title:      Placement moves in the first year of care, and GCSE results
-- Purpose:    counts for the data-quality statement of the study
-- Spec:       specs/first_care_entry_gcse.yaml
-- Spec hash:  a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01
-- Statements: 8ea889bc03f541747968768598baf637cd7446c26e4da2bca4030c1ec2b673ca (SHA-256, without
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
-- Data until:      2019-08-31
-- Workspace:       SAILW9999V
-- Table of counts: SAILW9999V.first_care_entry_gcse_quality_results
--
-- Tables and columns read:
--   eduw_key_stage_4: SAIL9999V.EDUW_WED_L1_20221017
--       IRN_PE, YEAR, R_QACH5L, R_QACH5H, R_QACH5EWM
--   eduw_pupil_alf: SAIL9999V.EDUW_PUPIL_ALF_20221017
--       IRN_PE, ALF_PE, ALF_STS_CD, WOB
--   eduw_pupils: SAIL9999V.EDUW_PUPIL_20221017
--       IRN_PE, YEAR, LEA, ESTAB_PE, SENPROVISION, FSMELIGIBLE
--   lacw_alf: SAIL9999V.LACW_PUPIL_ALF_20220329
--       SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   lacw_derived_alf: SAIL9999V.LACW_LAC_ALF_DERIVED_20240626
--       HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_SOURCE
--   lacw_episodes: SAIL9999V.LACW_EPISODE_MAIN_20220329
--       SYSTEM_ID_PE, HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE, REASON_EPISODE_STARTED_CODE, LEGAL_STATUS_CODE
--   wdsd_persons: SAIL9999V.WDSD_AR_PERS
--       PERS_ID_PE, ALF_PE, WOB, GNDR_CD
--   wdsd_wales_spells: SAIL9999V.WDSD_CLEAN_ADD_WALES
--       ALF_PE, START_DATE, END_DATE, WELSH_ADDRESS

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: drop what an earlier run left behind, and make an empty table for the counts
--    2  rows eduw_key_stage_4 (output): rows of eduw_key_stage_4 by year
--    3  column eduw_key_stage_4 pupil (output): pupil of eduw_key_stage_4 by year
--    4  column eduw_key_stage_4 five_a_to_g (output): five_a_to_g of eduw_key_stage_4 by year
--    5  column eduw_key_stage_4 five_a_to_c (output): five_a_to_c of eduw_key_stage_4 by year
--    6  column eduw_key_stage_4 five_a_to_c_with_core (output): five_a_to_c_with_core of ...
--    7  rows eduw_pupil_alf (output): rows of eduw_pupil_alf by year
--    8  column eduw_pupil_alf pupil (output): pupil of eduw_pupil_alf by year
--    9  column eduw_pupil_alf alf (output): alf of eduw_pupil_alf by year
--   10  column eduw_pupil_alf match_status (output): match_status of eduw_pupil_alf by year
--   11  column eduw_pupil_alf week_of_birth (output): week_of_birth of eduw_pupil_alf by year
--   12  rows eduw_pupils (output): rows of eduw_pupils by year
--   13  column eduw_pupils pupil (output): pupil of eduw_pupils by year
--   14  column eduw_pupils education_authority (output): education_authority of eduw_pupils by year
--   15  column eduw_pupils school (output): school of eduw_pupils by year
--   16  column eduw_pupils sen_provision (output): sen_provision of eduw_pupils by year
--   17  column eduw_pupils fsm_eligible (output): fsm_eligible of eduw_pupils by year
--   18  rows lacw_alf (output): rows of lacw_alf by year
--   19  column lacw_alf system_id (output): system_id of lacw_alf by year
--   20  column lacw_alf local_authority (output): local_authority of lacw_alf by year
--   21  column lacw_alf alf (output): alf of lacw_alf by year
--   22  column lacw_alf match_status (output): match_status of lacw_alf by year
--   23  rows lacw_derived_alf (output): rows of lacw_derived_alf by year
--   24  column lacw_derived_alf hybrid_id (output): hybrid_id of lacw_derived_alf by year
--   25  column lacw_derived_alf local_authority (output): local_authority of lacw_derived_alf ...
--   26  column lacw_derived_alf alf (output): alf of lacw_derived_alf by year
--   27  column lacw_derived_alf alf_source (output): alf_source of lacw_derived_alf by year
--   28  rows lacw_episodes (output): rows of lacw_episodes by year
--   29  column lacw_episodes system_id (output): system_id of lacw_episodes by year
--   30  column lacw_episodes hybrid_id (output): hybrid_id of lacw_episodes by year
--   31  column lacw_episodes local_authority (output): local_authority of lacw_episodes by year
--   32  column lacw_episodes episode_number (output): episode_number of lacw_episodes by year
--   33  column lacw_episodes start_date (output): start_date of lacw_episodes by year
--   34  column lacw_episodes end_date (output): end_date of lacw_episodes by year
--   35  column lacw_episodes reason_started (output): reason_started of lacw_episodes by year
--   36  column lacw_episodes legal_status (output): legal_status of lacw_episodes by year
--   37  rows wdsd_persons (output): rows of wdsd_persons by year
--   38  column wdsd_persons demographic_id (output): demographic_id of wdsd_persons by year
--   39  column wdsd_persons alf (output): alf of wdsd_persons by year
--   40  column wdsd_persons week_of_birth (output): week_of_birth of wdsd_persons by year
--   41  column wdsd_persons sex (output): sex of wdsd_persons by year
--   42  rows wdsd_wales_spells (output): rows of wdsd_wales_spells by year
--   43  column wdsd_wales_spells alf (output): alf of wdsd_wales_spells by year
--   44  column wdsd_wales_spells end_date (output): end_date of wdsd_wales_spells by year
--   45  column wdsd_wales_spells welsh_address (output): welsh_address of wdsd_wales_spells by year
--   46  comparison cla_stock (output): Children looked after on 31 March, without those in a ...
--   47  comparison pupils (output): Pupils in schools maintained by local authorities at the ...
--   48  key eduw_key_stage_4 (output): rows of eduw_key_stage_4 by whether others have the same ...
--   49  key eduw_pupil_alf (output): rows of eduw_pupil_alf by whether others have the same key ...
--   50  key eduw_pupils (output): rows of eduw_pupils by whether others have the same key ...
--   51  key lacw_alf (output): rows of lacw_alf by whether others have the same key (system_id, ...
--   52  key lacw_derived_alf (output): rows of lacw_derived_alf by whether others have the same ...
--   53  key lacw_episodes (output): rows of lacw_episodes by whether others have the same key ...
--   54  key wdsd_persons (output): rows of wdsd_persons by whether others have the same key ...
--   55  key wdsd_wales_spells (output): rows of wdsd_wales_spells by whether others have the ...

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- Drop what an earlier run left behind, and make an empty table for the counts.

CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_QUALITY_RESULTS');

CREATE TABLE SAILW9999V.first_care_entry_gcse_quality_results (
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
-- 2. rows eduw_key_stage_4
-- =================================================================================================
-- Rows of eduw_key_stage_4 by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_key_stage_4.YEAR IN (
                2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017,
                2018, 2019
            )
                THEN CAST(eduw_key_stage_4.YEAR AS VARCHAR(20))
            WHEN eduw_key_stage_4.YEAR < 2003 THEN 'earlier'
            WHEN eduw_key_stage_4.YEAR > 2019 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        '' AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'rows eduw_key_stage_4' AS table_name,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'rows eduw_key_stage_4' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 3. column eduw_key_stage_4 pupil
-- =================================================================================================
-- Pupil of eduw_key_stage_4 by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_key_stage_4.YEAR IN (
                2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017,
                2018, 2019
            )
                THEN CAST(eduw_key_stage_4.YEAR AS VARCHAR(20))
            WHEN eduw_key_stage_4.YEAR < 2003 THEN 'earlier'
            WHEN eduw_key_stage_4.YEAR > 2019 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN IRN_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 pupil' AS table_name,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 pupil' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 4. column eduw_key_stage_4 five_a_to_g
-- =================================================================================================
-- five_a_to_g of eduw_key_stage_4 by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_key_stage_4.YEAR IN (
                2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017,
                2018, 2019
            )
                THEN CAST(eduw_key_stage_4.YEAR AS VARCHAR(20))
            WHEN eduw_key_stage_4.YEAR < 2003 THEN 'earlier'
            WHEN eduw_key_stage_4.YEAR > 2019 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN R_QACH5L IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 five_a_to_g' AS table_name,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 five_a_to_g' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 5. column eduw_key_stage_4 five_a_to_c
-- =================================================================================================
-- five_a_to_c of eduw_key_stage_4 by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_key_stage_4.YEAR IN (
                2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017,
                2018, 2019
            )
                THEN CAST(eduw_key_stage_4.YEAR AS VARCHAR(20))
            WHEN eduw_key_stage_4.YEAR < 2003 THEN 'earlier'
            WHEN eduw_key_stage_4.YEAR > 2019 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN R_QACH5H IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 five_a_to_c' AS table_name,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 five_a_to_c' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 6. column eduw_key_stage_4 five_a_to_c_with_core
-- =================================================================================================
-- five_a_to_c_with_core of eduw_key_stage_4 by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_key_stage_4.YEAR IN (
                2003, 2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017,
                2018, 2019
            )
                THEN CAST(eduw_key_stage_4.YEAR AS VARCHAR(20))
            WHEN eduw_key_stage_4.YEAR < 2003 THEN 'earlier'
            WHEN eduw_key_stage_4.YEAR > 2019 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN R_QACH5EWM IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 five_a_to_c_with_core' AS table_name,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'column eduw_key_stage_4 five_a_to_c_with_core' AS table_name,
    row_year AS row_value,
    row_state AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_year, row_state;

-- =================================================================================================
-- 7. rows eduw_pupil_alf
-- =================================================================================================
-- Rows of eduw_pupil_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 8. column eduw_pupil_alf pupil
-- =================================================================================================
-- Pupil of eduw_pupil_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 9. column eduw_pupil_alf alf
-- =================================================================================================
-- Alf of eduw_pupil_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 10. column eduw_pupil_alf match_status
-- =================================================================================================
-- match_status of eduw_pupil_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 11. column eduw_pupil_alf week_of_birth
-- =================================================================================================
-- week_of_birth of eduw_pupil_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 12. rows eduw_pupils
-- =================================================================================================
-- Rows of eduw_pupils by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        '' AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 13. column eduw_pupils pupil
-- =================================================================================================
-- Pupil of eduw_pupils by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN IRN_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 14. column eduw_pupils education_authority
-- =================================================================================================
-- education_authority of eduw_pupils by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 15. column eduw_pupils school
-- =================================================================================================
-- School of eduw_pupils by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN ESTAB_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 16. column eduw_pupils sen_provision
-- =================================================================================================
-- sen_provision of eduw_pupils by year. What is found in a row: valid, outside its years, not in
-- the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 17. column eduw_pupils fsm_eligible
-- =================================================================================================
-- fsm_eligible of eduw_pupils by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN FSMELIGIBLE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 18. rows lacw_alf
-- =================================================================================================
-- Rows of lacw_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, SYSTEM_ID_PE AS unit_key
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 19. column lacw_alf system_id
-- =================================================================================================
-- system_id of lacw_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 20. column lacw_alf local_authority
-- =================================================================================================
-- local_authority of lacw_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 21. column lacw_alf alf
-- =================================================================================================
-- Alf of lacw_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 22. column lacw_alf match_status
-- =================================================================================================
-- match_status of lacw_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 23. rows lacw_derived_alf
-- =================================================================================================
-- Rows of lacw_derived_alf by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 24. column lacw_derived_alf hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 25. column lacw_derived_alf local_authority
-- =================================================================================================
-- local_authority of lacw_derived_alf by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 26. column lacw_derived_alf alf
-- =================================================================================================
-- Alf of lacw_derived_alf by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 27. column lacw_derived_alf alf_source
-- =================================================================================================
-- alf_source of lacw_derived_alf by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 28. rows lacw_episodes
-- =================================================================================================
-- Rows of lacw_episodes by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        '' AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 29. column lacw_episodes system_id
-- =================================================================================================
-- system_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN SYSTEM_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 30. column lacw_episodes hybrid_id
-- =================================================================================================
-- hybrid_id of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN HYBRID_ID_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 31. column lacw_episodes local_authority
-- =================================================================================================
-- local_authority of lacw_episodes by year. What is found in a row: valid, not in the list,
-- missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 32. column lacw_episodes episode_number
-- =================================================================================================
-- episode_number of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN EPISODE_NUMBER IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 33. column lacw_episodes start_date
-- =================================================================================================
-- start_date of lacw_episodes by year. What is found in a row: known, ends before it begins,
-- missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 34. column lacw_episodes end_date
-- =================================================================================================
-- end_date of lacw_episodes by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        CASE WHEN EPISODE_END_DATE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        HYBRID_ID_PE AS unit_key
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 35. column lacw_episodes reason_started
-- =================================================================================================
-- reason_started of lacw_episodes by year. What is found in a row: valid, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 36. column lacw_episodes legal_status
-- =================================================================================================
-- legal_status of lacw_episodes by year. What is found in a row: valid, outside its years, not in
-- the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 37. rows wdsd_persons
-- =================================================================================================
-- Rows of wdsd_persons by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT 'whole table' AS row_year, '' AS row_state, PERS_ID_PE AS unit_key
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 38. column wdsd_persons demographic_id
-- =================================================================================================
-- demographic_id of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 39. column wdsd_persons alf
-- =================================================================================================
-- Alf of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 40. column wdsd_persons week_of_birth
-- =================================================================================================
-- week_of_birth of wdsd_persons by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 41. column wdsd_persons sex
-- =================================================================================================
-- Sex of wdsd_persons by year. What is found in a row: valid, special, not in the list, missing.
--   Why: missing values, and codes that are not in use

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 42. rows wdsd_wales_spells
-- =================================================================================================
-- Rows of wdsd_wales_spells by year.
--   Why: coverage

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2019-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        '' AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 43. column wdsd_wales_spells alf
-- =================================================================================================
-- Alf of wdsd_wales_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2019-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN ALF_PE IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 44. column wdsd_wales_spells end_date
-- =================================================================================================
-- end_date of wdsd_wales_spells by year. What is found in a row: known, ends before it begins,
-- special, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2019-12-31') THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 45. column wdsd_wales_spells welsh_address
-- =================================================================================================
-- welsh_address of wdsd_wales_spells by year. What is found in a row: known, missing.
--   Why: missing values

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
row_states AS (
    SELECT
        CASE
            WHEN START_DATE IS NULL THEN 'not known'
            WHEN START_DATE < DATE('2003-01-01') THEN 'earlier'
            WHEN START_DATE > DATE('2019-12-31') THEN 'later'
            ELSE CAST(YEAR(START_DATE) AS VARCHAR(20))
        END AS row_year,
        CASE WHEN WELSH_ADDRESS IS NULL THEN 'missing' ELSE 'known' END AS row_state,
        ALF_PE AS unit_key
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 46. comparison cla_stock
-- =================================================================================================
-- Children looked after on 31 March, without those in a series of short breaks: child codes with
-- their authority, by year.
--   Why: to be compared with published figures

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
rows_of_year AS (
    SELECT
        CASE
            WHEN YEAR_CODE IN (
                200304, 200405, 200506, 200607, 200708, 200809, 200910, 201011, 201112, 201213, 201314,
                201415, 201516, 201617, 201718, 201819
            )
                THEN CAST(YEAR_CODE AS VARCHAR(20))
            WHEN YEAR_CODE < 200304 THEN 'earlier'
            WHEN YEAR_CODE > 201819 THEN 'later'
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 47. comparison pupils
-- =================================================================================================
-- Pupils in schools maintained by local authorities at the January census: pupil numbers, by year.
--   Why: to be compared with published figures

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
rows_of_year AS (
    SELECT
        CASE
            WHEN eduw_pupils.YEAR >= 200300
                AND eduw_pupils.YEAR < 202000
                THEN CAST((eduw_pupils.YEAR / 100) AS VARCHAR(20))
            WHEN eduw_pupils.YEAR < 200300 THEN 'earlier'
            WHEN eduw_pupils.YEAR > 201999 THEN 'later'
            ELSE 'not known'
        END AS row_year,
        IRN_PE AS unit_1
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
    WHERE (
        eduw_pupils.YEAR = 201201
            OR eduw_pupils.YEAR = 201301
            OR eduw_pupils.YEAR = 201701
            OR eduw_pupils.YEAR = 201801
    )
        AND IRN_PE IS NOT NULL
),
units_of_year AS (
    SELECT row_year, unit_1
    FROM rows_of_year
    GROUP BY row_year, unit_1
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 48. key eduw_key_stage_4
-- =================================================================================================
-- Rows of eduw_key_stage_4 by whether others have the same key (pupil, exam_year).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
keyed_rows AS (
    SELECT
        CASE WHEN IRN_PE IS NOT NULL AND eduw_key_stage_4.YEAR IS NOT NULL THEN 1 ELSE 0 END AS has_key,
        COUNT(*) OVER (PARTITION BY IRN_PE, eduw_key_stage_4.YEAR) AS with_key,
        IRN_PE AS unit_key
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'key eduw_key_stage_4' AS table_name,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'key eduw_key_stage_4' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;

-- =================================================================================================
-- 49. key eduw_pupil_alf
-- =================================================================================================
-- Rows of eduw_pupil_alf by whether others have the same key (pupil, alf).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 50. key eduw_pupils
-- =================================================================================================
-- Rows of eduw_pupils by whether others have the same key (pupil, year_month, education_authority,
-- school).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 51. key lacw_alf
-- =================================================================================================
-- Rows of lacw_alf by whether others have the same key (system_id, local_authority).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 54. key wdsd_persons
-- =================================================================================================
-- Rows of wdsd_persons by whether others have the same key (demographic_id).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 55. key wdsd_wales_spells
-- =================================================================================================
-- Rows of wdsd_wales_spells by whether others have the same key (alf, start_date).
--   Why: rows that stand there more than once

INSERT INTO SAILW9999V.first_care_entry_gcse_quality_results (
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'key wdsd_wales_spells' AS table_name,
    row_state AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_key) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM row_states
GROUP BY row_state;
