-- =================================================================================================
-- Study:      first_care_entry_gcse
-- Title:      Placement moves in the first year of care, and GCSE results
-- Spec:       specs/first_care_entry_gcse.yaml
-- Spec hash:  a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01
-- Statements: 2840005aa6a049875cdea39c80f093a3863808cfa1fab55b3a2f4233422b3075 (SHA-256, without
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
-- They are set in the spec (specs/first_care_entry_gcse.yaml) and in the binding (sail9999). To
-- change one, change it there and write the script again: edited here, the script would no longer
-- be that of its spec hash.
--
-- Data from:            2003-04-01
-- Data until:           2019-08-31
-- Disclosure policy:    sail
-- Needs people:         Week of birth, which sets age and school year, and sex
-- Needs care_episodes:  First entry to care and the placement moves
-- Needs residence:      Whether the child still lived in Wales when results were due
-- Needs school_census:  Free school meals and special needs before entry
-- Needs ks4_attainment: GCSE results, the outcome
-- Workspace:            SAILW9999V
-- Tables begin with:    first_care_entry_gcse_
-- Results:              SAILW9999V.first_care_entry_gcse_results
--
-- Tables and columns read:
--   lacw_derived_alf: SAIL9999V.LACW_LAC_ALF_DERIVED_20240626
--       HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_SOURCE
--   lacw_alf: SAIL9999V.LACW_PUPIL_ALF_20220329
--       SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   lacw_episodes: SAIL9999V.LACW_EPISODE_MAIN_20220329
--       SYSTEM_ID_PE, HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE, REASON_EPISODE_STARTED_CODE, LEGAL_STATUS_CODE
--   eduw_pupil_alf: SAIL9999V.EDUW_PUPIL_ALF_20221017
--       IRN_PE, ALF_PE, ALF_STS_CD, WOB
--   wdsd_persons: SAIL9999V.WDSD_AR_PERS
--       PERS_ID_PE, ALF_PE, WOB, GNDR_CD
--   eduw_pupils: SAIL9999V.EDUW_PUPIL_20221017
--       IRN_PE, YEAR, LEA, ESTAB_PE, SENPROVISION, FSMELIGIBLE
--   wdsd_wales_spells: SAIL9999V.WDSD_CLEAN_ADD_WALES
--       ALF_PE, START_DATE, END_DATE, WELSH_ADDRESS
--   eduw_key_stage_4: SAIL9999V.EDUW_WED_L1_20221017
--       IRN_PE, YEAR, R_QACH5L, R_QACH5H, R_QACH5EWM

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: drop what an earlier run left behind, and make empty tables for results and ...
--    2  care_persons_derived: rows with a linking field from a source that the study uses
--    3  routine_links: rows with a linking field of an accepted match status
--    4  keys_of_routine_links: the smallest and the largest alf that routine_links gives each ...
--    5  care_persons_routine_2_rows_with_keys: rows with a child code and an authority
--    6  care_persons_routine_3_linked_person: the person of each code
--    7  care_persons_routine: one row for each code and person
--    8  care_persons: the improved link, or else the routine one
--    9  keys_of_care_persons: the smallest and the largest person that care_persons gives each ...
--   10  care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day
--   11  care_episodes_3_returns_of_study: returns of the years that the study uses
--   12  care_episodes_4_end_not_before_start: episodes that do not end before they start
--   13  care_episodes_5_linked_person: the person of each code
--   14  care_episodes_6_latest_return_of_person: the latest return of each episode
--   15  care_episodes: the first day outside each episode
--   16  care_without_short_breaks: only rows where (the legal status is missing, or the legal ...
--   17  periods_of_care: spells of each person joined into one where the next starts on or ...
--   18  first_period: the first row by start date for each person
--   19  pupil_links: rows with a linking field of an accepted match status
--   20  people_2_rows_with_linking_field: rows with a linking field
--   21  people: the row with the earliest recorded week of birth
--   22  pupil_persons: the pupil numbers of a person who has several: those with the week of ...
--   23  keys_of_pupil_persons: the smallest and the largest person that pupil_persons gives ...
--   24  school_records_2_january_returns: returns of January
--   25  index_dates: each person that may enter, with the index date
--   26  residence_2_rows_with_keys: rows with a linking field and a first day before the end of ...
--   27  residence: spells of at least one day
--   28  entries: variables beside each entry
--   29  population_steps: which steps each entry passes, the first that it does not, and how ...
--   30  member_list: the entries that pass every step
--   31  members_frame: what is worked out for each of these entries begins here
--   32  school_records_3_linked_person: the person of each pupil number
--   33  school_records: returns up to the end of the study's data
--   34  school_census: one row for each person and year
--   35  ks4_attainment_2_linked_person: the person of each pupil number
--   36  ks4_attainment_3_years_until_end: results published up to the end of the study's data
--   37  ks4_attainment: one row for each person and year
--   38  gcse: the first row by exam year for each person
--   39  member_rows_moves: only rows where (the reason started is one of P (placement changed), ...
--   40  member_rows_school_before_entry: the last row by census date for each person and index date
--   41  member_entries: variables beside each entry
--   42  analysis: the entries of the cohort, with all variables
--   43  flow_of_children (output): Flow of children into the cohort
--   44  gcse_by_moves (output): GCSE results by placement moves, for those who stayed the year ...
--   45  entry_characteristics_by_age_at_entry (output): Children at entry to care by age at entry
--   46  entry_characteristics_by_sex (output): Children at entry to care by sex
--   47  entry_characteristics_by_free_school_meals (output): Children at entry to care by ...
--   48  entry_characteristics_by_special_needs (output): Children at entry to care by provision ...
--   49  linkage_of_care_persons_routine (output): keys of care_persons_routine that the map ...
--   50  linkage_of_care_episodes (output): keys of care_episodes that the map brings to a person
--   51  linkage_of_school_records (output): keys of school_records that the map brings to a person
--   52  linkage_of_ks4_attainment (output): keys of ks4_attainment that the map brings to a person
--   53  tidy up: drop the tables on the way

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- Drop what an earlier run left behind, and make empty tables for results and for the counts after
-- each step.
--
-- SAILW9999V.first_care_entry_gcse_results: one row for each count or number of an output
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
-- SAILW9999V.first_care_entry_gcse_flow_counts: one row for each table after it is filled
--   step_number: number of the part that filled the table
--   step_name:   name of the table, without schema and prefix
--   row_count:   rows in the table
--   unit_count:  different values of the column that the table is spread by: the unit, where the
--                rows have one

CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_DERIVED');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_ROUTINE_LINKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KEYS_OF_ROUTINE_LINKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_ROUTINE_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_ROUTINE_3_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_ROUTINE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KEYS_OF_CARE_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_3_RETURNS_OF_STUDY');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_4_END_NOT_BEFORE_START');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_5_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_6_LATEST_RETURN_OF_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_WITHOUT_SHORT_BREAKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PERIODS_OF_CARE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_FIRST_PERIOD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PUPIL_LINKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PEOPLE_2_ROWS_WITH_LINKING_FIELD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PEOPLE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PUPIL_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KEYS_OF_PUPIL_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_RECORDS_2_JANUARY_RETURNS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_INDEX_DATES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_RESIDENCE_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_RESIDENCE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_POPULATION_STEPS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_LIST');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBERS_FRAME');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_RECORDS_3_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_RECORDS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_CENSUS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KS4_ATTAINMENT_2_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KS4_ATTAINMENT_3_YEARS_UNTIL_END');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KS4_ATTAINMENT');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_GCSE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_ROWS_MOVES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_ROWS_SCHOOL_BEFORE_ENTRY');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_ANALYSIS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_RESULTS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_FLOW_COUNTS');

CREATE TABLE SAILW9999V.first_care_entry_gcse_results (
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

CREATE TABLE SAILW9999V.first_care_entry_gcse_flow_counts (
    step_number INTEGER,
    step_name VARCHAR(128),
    row_count BIGINT,
    unit_count BIGINT
);

-- =================================================================================================
-- 2. care_persons_derived
-- =================================================================================================
-- Rows with a linking field from a source that the study uses. Improved links are chosen by their
-- source. Those from courts, births and GP records carry no match status, so that a filter on it
-- would drop them. Improved links come first. They were added only where routine matching gave
-- none.
--   catalogue/lacw.yaml:477

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_persons_derived (
    hybrid_id BIGINT,
    local_authority SMALLINT,
    person BIGINT,
    alf_source VARCHAR(12),
    order_of_link INTEGER
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_persons_derived (
    hybrid_id, local_authority, person, alf_source, order_of_link
)
WITH
-- care_persons_derived_1_as_held: Improved linking fields, and the unified child behind re-keyed
--   codes, with any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:457
care_persons_derived_1_as_held AS (
    SELECT
        HYBRID_ID_PE AS hybrid_id,
        LOCAL_AUTHORITY_CODE AS local_authority,
        ALF_PE AS alf,
        NULLIF(UPPER(TRIM(ALF_SOURCE)), '') AS alf_source
    FROM SAIL9999V.LACW_LAC_ALF_DERIVED_20240626 AS lacw_derived_alf
),
-- care_persons_derived_2_improved_links: rows with a linking field from a source that the study
--   uses. Improved links are chosen by their source. Those from courts, births and GP records carry
--   no match status, so that a filter on it would drop them.
--   catalogue/lacw.yaml:465
care_persons_derived_2_improved_links AS (
    SELECT hybrid_id, local_authority, alf, alf_source
    FROM care_persons_derived_1_as_held
    WHERE hybrid_id IS NOT NULL
        AND alf IS NOT NULL
        AND alf_source IN ('CRCS', 'CINW', 'EDUW', 'CAFW', 'NCCHD_BIRTHS', 'GP_EVENT')
),
-- care_persons_derived_3_person_column: the linking field as the person. The unit of the study is
--   the person.
--   catalogue/lacw.yaml:469
care_persons_derived_3_person_column AS (
    SELECT hybrid_id, local_authority, alf AS person, alf_source
    FROM care_persons_derived_2_improved_links
)
-- care_persons_derived: rows with a linking field from a source that the study uses. Improved links
--   are chosen by their source. Those from courts, births and GP records carry no match status, so
--   that a filter on it would drop them. Improved links come first. They were added only where
--   routine matching gave none.
SELECT hybrid_id, local_authority, person, alf_source, 1 AS order_of_link
FROM care_persons_derived_3_person_column;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    2 AS step_number,
    'care_persons_derived' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_persons_derived AS care_persons_derived;

-- =================================================================================================
-- 3. routine_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be.
--   catalogue/lacw.yaml:428

CREATE TABLE SAILW9999V.first_care_entry_gcse_routine_links (
    system_id BIGINT,
    local_authority SMALLINT,
    alf BIGINT,
    match_status SMALLINT
)
DISTRIBUTE BY HASH(system_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_routine_links (system_id, local_authority, alf, match_status)
WITH
-- routine_links_1_as_held: Anonymised linking field, week of birth and sex of each child code, with
--   any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:421
routine_links_1_as_held AS (
    SELECT
        SYSTEM_ID_PE AS system_id,
        LOCAL_AUTHORITY_CODE AS local_authority,
        ALF_PE AS alf,
        ALF_STS_CD AS match_status
    FROM SAIL9999V.LACW_PUPIL_ALF_20220329 AS lacw_alf
)
-- routine_links: rows with a linking field of an accepted match status. The study says how sure a
--   routine match must be.
SELECT system_id, local_authority, alf, match_status
FROM routine_links_1_as_held
WHERE alf IS NOT NULL AND match_status IN (1, 4, 39);

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    3 AS step_number,
    'routine_links' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT system_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_routine_links AS routine_links;

-- =================================================================================================
-- 4. keys_of_routine_links
-- =================================================================================================
-- The smallest and the largest alf that routine_links gives each system_id.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/lacw.yaml:428

CREATE TABLE SAILW9999V.first_care_entry_gcse_keys_of_routine_links (
    system_id BIGINT,
    local_authority SMALLINT,
    first_unit BIGINT,
    last_unit BIGINT
)
DISTRIBUTE BY HASH(system_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_keys_of_routine_links (
    system_id, local_authority, first_unit, last_unit
)
SELECT system_id, local_authority, MIN(alf) AS first_unit, MAX(alf) AS last_unit
FROM SAILW9999V.first_care_entry_gcse_routine_links AS routine_links
WHERE system_id IS NOT NULL AND local_authority IS NOT NULL AND alf IS NOT NULL
GROUP BY system_id, local_authority;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    4 AS step_number,
    'keys_of_routine_links' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT system_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_keys_of_routine_links AS keys_of_routine_links;

-- =================================================================================================
-- 5. care_persons_routine_2_rows_with_keys
-- =================================================================================================
-- Rows with a child code and an authority. The table of routine links knows a child only by the
-- authority's own code, which is unique within it.
--   catalogue/lacw.yaml:440

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_persons_routine_2_rows_with_keys (
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(system_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_persons_routine_2_rows_with_keys (
    system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    legal_status
)
WITH
-- care_persons_routine_1_as_held: Each episode of care in each census year that it touches, as
--   returned, with any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:433
care_persons_routine_1_as_held AS (
    SELECT
        SYSTEM_ID_PE AS system_id,
        HYBRID_ID_PE AS hybrid_id,
        YEAR_CODE AS year_code,
        LOCAL_AUTHORITY_CODE AS local_authority,
        EPISODE_NUMBER AS episode_number,
        EPISODE_START_DATE AS start_date,
        EPISODE_END_DATE AS end_date,
        NULLIF(UPPER(TRIM(REASON_EPISODE_STARTED_CODE)), '') AS reason_started,
        NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') AS legal_status
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
-- care_persons_routine_2_rows_with_keys: rows with a child code and an authority. The table of
--   routine links knows a child only by the authority's own code, which is unique within it.
SELECT
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status
FROM care_persons_routine_1_as_held
WHERE hybrid_id IS NOT NULL AND system_id IS NOT NULL AND local_authority IS NOT NULL;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    5 AS step_number,
    'care_persons_routine_2_rows_with_keys' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT system_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_persons_routine_2_rows_with_keys
    AS care_persons_routine_2_rows_with_keys;

-- =================================================================================================
-- 6. care_persons_routine_3_linked_person
-- =================================================================================================
-- The person of each code. Codes without an accepted link belong to nobody who can be followed.
--   catalogue/lacw.yaml:444

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_persons_routine_3_linked_person (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_persons_routine_3_linked_person (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status
)
SELECT
    unit_map.first_unit AS person,
    each_row.system_id,
    each_row.hybrid_id,
    each_row.year_code,
    each_row.local_authority,
    each_row.episode_number,
    each_row.start_date,
    each_row.end_date,
    each_row.reason_started,
    each_row.legal_status
FROM SAILW9999V.first_care_entry_gcse_care_persons_routine_2_rows_with_keys AS each_row
JOIN SAILW9999V.first_care_entry_gcse_keys_of_routine_links AS unit_map
    ON unit_map.system_id = each_row.system_id
    AND unit_map.local_authority = each_row.local_authority;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    6 AS step_number,
    'care_persons_routine_3_linked_person' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_persons_routine_3_linked_person
    AS care_persons_routine_3_linked_person;

-- =================================================================================================
-- 7. care_persons_routine
-- =================================================================================================
-- One row for each code and person. A code stands in every return and episode of its child. Routine
-- links come second. Improved links were added only where routine matching gave none.
--   catalogue/lacw.yaml:452

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_persons_routine (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2),
    order_of_link INTEGER
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_persons_routine (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status, order_of_link
)
WITH
-- care_persons_routine_4_one_row_for_each_code_in_order: number the rows of each person, hybrid_id
care_persons_routine_4_one_row_for_each_code_in_order AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        legal_status,
        ROW_NUMBER() OVER (
            PARTITION BY person, hybrid_id
            ORDER BY local_authority ASC NULLS LAST, year_code ASC NULLS LAST, episode_number ASC NULLS LAST,
                system_id ASC NULLS LAST, start_date ASC NULLS LAST, end_date ASC NULLS LAST,
                reason_started ASC NULLS LAST, legal_status ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.first_care_entry_gcse_care_persons_routine_3_linked_person
        AS care_persons_routine_3_linked_person
    WHERE hybrid_id IS NOT NULL
),
-- care_persons_routine_4_one_row_for_each_code: one row for each code and person. A code stands in
--   every return and episode of its child.
--   catalogue/lacw.yaml:448
care_persons_routine_4_one_row_for_each_code AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        legal_status
    FROM care_persons_routine_4_one_row_for_each_code_in_order
    WHERE place_in_order = 1
)
-- care_persons_routine: one row for each code and person. A code stands in every return and episode
--   of its child. Routine links come second. Improved links were added only where routine matching
--   gave none.
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status,
    2 AS order_of_link
FROM care_persons_routine_4_one_row_for_each_code;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    7 AS step_number,
    'care_persons_routine' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_persons_routine AS care_persons_routine;

-- =================================================================================================
-- 8. care_persons
-- =================================================================================================
-- The improved link, or else the routine one. Improved links were added only where routine matching
-- gave none.
--   catalogue/lacw.yaml:489

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_persons (
    hybrid_id BIGINT,
    local_authority SMALLINT,
    person BIGINT,
    order_of_link INTEGER,
    part_number INTEGER
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_persons (
    hybrid_id, local_authority, person, order_of_link, part_number
)
WITH
-- care_persons_1_as_held: the rows of care persons derived and care persons routine together
--   catalogue/lacw.yaml:482
care_persons_1_as_held AS (
    SELECT hybrid_id, local_authority, person, order_of_link, 1 AS part_number
    FROM SAILW9999V.first_care_entry_gcse_care_persons_derived AS care_persons_derived
    UNION ALL
    SELECT hybrid_id, local_authority, person, order_of_link, 2 AS part_number
    FROM SAILW9999V.first_care_entry_gcse_care_persons_routine AS care_persons_routine
),
-- care_persons_in_order: number the rows of each hybrid_id
care_persons_in_order AS (
    SELECT
        hybrid_id,
        local_authority,
        person,
        order_of_link,
        part_number,
        ROW_NUMBER() OVER (
            PARTITION BY hybrid_id
            ORDER BY order_of_link ASC NULLS LAST, part_number ASC NULLS LAST, local_authority ASC NULLS LAST,
                person ASC NULLS LAST
        ) AS place_in_order
    FROM care_persons_1_as_held
    WHERE order_of_link IS NOT NULL
)
-- care_persons: the improved link, or else the routine one. Improved links were added only where
--   routine matching gave none.
SELECT hybrid_id, local_authority, person, order_of_link, part_number
FROM care_persons_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    8 AS step_number,
    'care_persons' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_persons AS care_persons;

-- =================================================================================================
-- 9. keys_of_care_persons
-- =================================================================================================
-- The smallest and the largest person that care_persons gives each hybrid_id.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/lacw.yaml:489

CREATE TABLE SAILW9999V.first_care_entry_gcse_keys_of_care_persons (
    hybrid_id BIGINT,
    first_unit BIGINT,
    last_unit BIGINT
)
DISTRIBUTE BY HASH(hybrid_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_keys_of_care_persons (hybrid_id, first_unit, last_unit)
SELECT hybrid_id, MIN(person) AS first_unit, MAX(person) AS last_unit
FROM SAILW9999V.first_care_entry_gcse_care_persons AS care_persons
WHERE hybrid_id IS NOT NULL AND person IS NOT NULL
GROUP BY hybrid_id;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    9 AS step_number,
    'keys_of_care_persons' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT hybrid_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_keys_of_care_persons AS keys_of_care_persons;

-- =================================================================================================
-- 10. care_episodes_2_rows_with_keys
-- =================================================================================================
-- Rows with a child code, an authority and a first day. Rows without them cannot be placed.
--   catalogue/lacw.yaml:531

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_episodes_2_rows_with_keys (
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(system_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_episodes_2_rows_with_keys (
    system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    legal_status
)
WITH
-- care_episodes_1_as_held: Each episode of care in each census year that it touches, as returned,
--   with any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:524
care_episodes_1_as_held AS (
    SELECT
        SYSTEM_ID_PE AS system_id,
        HYBRID_ID_PE AS hybrid_id,
        YEAR_CODE AS year_code,
        LOCAL_AUTHORITY_CODE AS local_authority,
        EPISODE_NUMBER AS episode_number,
        EPISODE_START_DATE AS start_date,
        EPISODE_END_DATE AS end_date,
        NULLIF(UPPER(TRIM(REASON_EPISODE_STARTED_CODE)), '') AS reason_started,
        NULLIF(UPPER(TRIM(LEGAL_STATUS_CODE)), '') AS legal_status
    FROM SAIL9999V.LACW_EPISODE_MAIN_20220329 AS lacw_episodes
)
-- care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day. Rows
--   without them cannot be placed.
SELECT
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status
FROM care_episodes_1_as_held
WHERE hybrid_id IS NOT NULL AND local_authority IS NOT NULL AND start_date IS NOT NULL;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    10 AS step_number,
    'care_episodes_2_rows_with_keys' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT system_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_episodes_2_rows_with_keys AS care_episodes_2_rows_with_keys;

-- =================================================================================================
-- 11. care_episodes_3_returns_of_study
-- =================================================================================================
-- Returns of the years that the study uses. The study says from when and until when it uses data.
--   catalogue/lacw.yaml:535

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_episodes_3_returns_of_study (
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(system_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_episodes_3_returns_of_study (
    system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    legal_status
)
SELECT
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status
FROM SAILW9999V.first_care_entry_gcse_care_episodes_2_rows_with_keys AS care_episodes_2_rows_with_keys
WHERE year_code >= 200304 AND year_code <= 201819;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    11 AS step_number,
    'care_episodes_3_returns_of_study' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT system_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_episodes_3_returns_of_study AS care_episodes_3_returns_of_study;

-- =================================================================================================
-- 12. care_episodes_4_end_not_before_start
-- =================================================================================================
-- Episodes that do not end before they start. A reversed episode has an error in one of its dates.
--   catalogue/lacw.yaml:539

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_episodes_4_end_not_before_start (
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(system_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_episodes_4_end_not_before_start (
    system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date, reason_started,
    legal_status
)
SELECT
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status
FROM SAILW9999V.first_care_entry_gcse_care_episodes_3_returns_of_study AS care_episodes_3_returns_of_study
WHERE end_date IS NULL OR end_date >= start_date;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    12 AS step_number,
    'care_episodes_4_end_not_before_start' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT system_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_episodes_4_end_not_before_start
    AS care_episodes_4_end_not_before_start;

-- =================================================================================================
-- 13. care_episodes_5_linked_person
-- =================================================================================================
-- The person of each code. Children without an accepted link cannot be followed in other data.
--   catalogue/lacw.yaml:548

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_episodes_5_linked_person (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_episodes_5_linked_person (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status
)
SELECT
    unit_map.first_unit AS person,
    each_row.system_id,
    each_row.hybrid_id,
    each_row.year_code,
    each_row.local_authority,
    each_row.episode_number,
    each_row.start_date,
    each_row.end_date,
    each_row.reason_started,
    each_row.legal_status
FROM SAILW9999V.first_care_entry_gcse_care_episodes_4_end_not_before_start AS each_row
JOIN SAILW9999V.first_care_entry_gcse_keys_of_care_persons AS unit_map
    ON unit_map.hybrid_id = each_row.hybrid_id;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    13 AS step_number,
    'care_episodes_5_linked_person' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_episodes_5_linked_person AS care_episodes_5_linked_person;

-- =================================================================================================
-- 14. care_episodes_6_latest_return_of_person
-- =================================================================================================
-- The latest return of each episode. An episode that crosses 31 March is returned again each year
-- with the same first day.
--   catalogue/lacw.yaml:559

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_episodes_6_latest_return_of_person (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2)
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_episodes_6_latest_return_of_person (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status
)
WITH
-- care_episodes_6_latest_return_of_person_in_order: number the rows of each person, start_date
care_episodes_6_latest_return_of_person_in_order AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        legal_status,
        ROW_NUMBER() OVER (
            PARTITION BY person, start_date
            ORDER BY year_code DESC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                episode_number ASC NULLS LAST, system_id ASC NULLS LAST, end_date ASC NULLS LAST,
                reason_started ASC NULLS LAST, legal_status ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.first_care_entry_gcse_care_episodes_5_linked_person AS care_episodes_5_linked_person
    WHERE year_code IS NOT NULL
)
-- care_episodes_6_latest_return_of_person: the latest return of each episode. An episode that
--   crosses 31 March is returned again each year with the same first day.
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status
FROM care_episodes_6_latest_return_of_person_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    14 AS step_number,
    'care_episodes_6_latest_return_of_person' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_episodes_6_latest_return_of_person
    AS care_episodes_6_latest_return_of_person;

-- =================================================================================================
-- 15. care_episodes
-- =================================================================================================
-- The first day outside each episode. The recorded end is a day in the episode, and missing ends
-- are filled by rule.
--   catalogue/lacw.yaml:565

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_episodes (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_episodes (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status, until, end_assumed
)
WITH
-- care_episodes_beside_next: the next start and the last return of the unit beside each row
care_episodes_beside_next AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        reason_started,
        legal_status,
        LEAD(start_date) OVER (PARTITION BY person ORDER BY start_date ASC NULLS LAST) AS next_start,
        MAX(year_code) OVER (PARTITION BY person) AS last_return
    FROM SAILW9999V.first_care_entry_gcse_care_episodes_6_latest_return_of_person
        AS care_episodes_6_latest_return_of_person
)
-- care_episodes: the first day outside each episode. The recorded end is a day in the episode, and
--   missing ends are filled by rule.
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status,
    CASE
        WHEN end_date = next_start THEN end_date
        WHEN end_date IS NOT NULL THEN (end_date + 1 DAYS)
        WHEN next_start IS NOT NULL THEN next_start
        WHEN last_return < 201819 THEN (DATE('2000-04-01') + ((last_return / 100) - 1999) YEARS)
        ELSE DATE('2019-04-01')
    END AS until,
    CASE WHEN end_date IS NULL AND (next_start IS NOT NULL OR last_return < 201819) THEN 1 ELSE 0 END
        AS end_assumed
FROM care_episodes_beside_next;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    15 AS step_number,
    'care_episodes' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_episodes AS care_episodes;

-- =================================================================================================
-- 16. care_without_short_breaks
-- =================================================================================================
-- Only rows where (the legal status is missing, or the legal status is none of V1 (agreed series of
-- short-term breaks) (the codelist short breaks)).
--   Why: Short breaks (respite) are not entry to care.
--   specs/first_care_entry_gcse.yaml:37

CREATE TABLE SAILW9999V.first_care_entry_gcse_care_without_short_breaks (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_care_without_short_breaks (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status, until, end_assumed
)
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status,
    until,
    end_assumed
FROM SAILW9999V.first_care_entry_gcse_care_episodes AS care_episodes
WHERE legal_status IS NULL OR NOT legal_status IN ('V1');

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    16 AS step_number,
    'care_without_short_breaks' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_care_without_short_breaks AS care_without_short_breaks;

-- =================================================================================================
-- 17. periods_of_care
-- =================================================================================================
-- Spells of each person joined into one where the next starts on or before the first day outside
-- the ones before.
--   Why: An episode that starts on or the day after the last day of the one before continues the
--     period of care.
--   specs/first_care_entry_gcse.yaml:42

CREATE TABLE SAILW9999V.first_care_entry_gcse_periods_of_care (
    person BIGINT,
    start_date DATE,
    until DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_periods_of_care (person, start_date, until)
WITH
-- periods_of_care_spells: spells that are not empty, and how far the earlier ones reach
periods_of_care_spells AS (
    SELECT
        person,
        start_date,
        until,
        MAX(until) OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_until_before
    FROM SAILW9999V.first_care_entry_gcse_care_without_short_breaks AS care_without_short_breaks
    WHERE start_date IS NOT NULL AND until IS NOT NULL AND start_date < until
),
-- periods_of_care_numbered: a new number where a gap is longer than 0 days
periods_of_care_numbered AS (
    SELECT
        person,
        start_date,
        until,
        SUM(CASE WHEN (DAYS(start_date) - DAYS(latest_until_before)) <= 0 THEN 0 ELSE 1 END) OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS joined_number
    FROM periods_of_care_spells
)
-- periods_of_care: spells of each person joined into one where the next starts on or before the
--   first day outside the ones before
SELECT person, MIN(start_date) AS start_date, MAX(until) AS until
FROM periods_of_care_numbered
GROUP BY person, joined_number;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    17 AS step_number,
    'periods_of_care' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_periods_of_care AS periods_of_care;

-- =================================================================================================
-- 18. first_period
-- =================================================================================================
-- The first row by start date for each person.
--   specs/first_care_entry_gcse.yaml:47

CREATE TABLE SAILW9999V.first_care_entry_gcse_first_period (
    person BIGINT,
    start_date DATE,
    until DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_first_period (person, start_date, until)
WITH
-- first_period_in_order: number the rows of each person
first_period_in_order AS (
    SELECT
        person,
        start_date,
        until,
        ROW_NUMBER() OVER (PARTITION BY person ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST)
            AS place_in_order
    FROM SAILW9999V.first_care_entry_gcse_periods_of_care AS periods_of_care
    WHERE start_date IS NOT NULL
)
-- first_period: the first row by start date for each person
SELECT person, start_date, until
FROM first_period_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    18 AS step_number,
    'first_period' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_first_period AS first_period;

-- =================================================================================================
-- 19. pupil_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be. The linking field as the person. The unit of the study is the person.
--   catalogue/eduw.yaml:400

CREATE TABLE SAILW9999V.first_care_entry_gcse_pupil_links (
    pupil BIGINT,
    person BIGINT,
    match_status SMALLINT,
    week_of_birth DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_pupil_links (pupil, person, match_status, week_of_birth)
WITH
-- pupil_links_1_as_held: Anonymised linking field of each pupil number, with any codes trimmed and
--   in upper case, and blank codes missing
--   catalogue/eduw.yaml:389
pupil_links_1_as_held AS (
    SELECT IRN_PE AS pupil, ALF_PE AS alf, ALF_STS_CD AS match_status, WOB AS week_of_birth
    FROM SAIL9999V.EDUW_PUPIL_ALF_20221017 AS eduw_pupil_alf
),
-- pupil_links_2_accepted_links: rows with a linking field of an accepted match status. The study
--   says how sure a routine match must be.
--   catalogue/eduw.yaml:396
pupil_links_2_accepted_links AS (
    SELECT pupil, alf, match_status, week_of_birth
    FROM pupil_links_1_as_held
    WHERE pupil IS NOT NULL AND alf IS NOT NULL AND match_status IN (1, 4, 39)
)
-- pupil_links: rows with a linking field of an accepted match status. The study says how sure a
--   routine match must be. The linking field as the person. The unit of the study is the person.
SELECT pupil, alf AS person, match_status, week_of_birth
FROM pupil_links_2_accepted_links;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    19 AS step_number,
    'pupil_links' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_pupil_links AS pupil_links;

-- =================================================================================================
-- 20. people_2_rows_with_linking_field
-- =================================================================================================
-- Rows with a linking field. A row without one cannot be joined to other data.
--   catalogue/wdsd.yaml:381

CREATE TABLE SAILW9999V.first_care_entry_gcse_people_2_rows_with_linking_field (
    demographic_id BIGINT,
    alf BIGINT,
    week_of_birth DATE,
    sex SMALLINT
)
DISTRIBUTE BY HASH(demographic_id);

INSERT INTO SAILW9999V.first_care_entry_gcse_people_2_rows_with_linking_field (
    demographic_id, alf, week_of_birth, sex
)
WITH
-- people_1_as_held: Each person ever registered with a Welsh GP since about 1990, with any codes
--   trimmed and in upper case, and blank codes missing
--   catalogue/wdsd.yaml:374
people_1_as_held AS (
    SELECT PERS_ID_PE AS demographic_id, ALF_PE AS alf, WOB AS week_of_birth, GNDR_CD AS sex
    FROM SAIL9999V.WDSD_AR_PERS AS wdsd_persons
)
-- people_2_rows_with_linking_field: rows with a linking field. A row without one cannot be joined
--   to other data.
SELECT demographic_id, alf, week_of_birth, sex
FROM people_1_as_held
WHERE alf IS NOT NULL;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    20 AS step_number,
    'people_2_rows_with_linking_field' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT demographic_id) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_people_2_rows_with_linking_field AS people_2_rows_with_linking_field;

-- =================================================================================================
-- 21. people
-- =================================================================================================
-- The row with the earliest recorded week of birth. The service can hold a person twice.
--   catalogue/wdsd.yaml:397

CREATE TABLE SAILW9999V.first_care_entry_gcse_people (
    demographic_id BIGINT,
    person BIGINT,
    week_of_birth DATE,
    sex SMALLINT,
    order_of_row DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_people (demographic_id, person, week_of_birth, sex, order_of_row)
WITH
-- people_3_person_column: the linking field as the person. The unit of the study is the person.
--   catalogue/wdsd.yaml:385
people_3_person_column AS (
    SELECT demographic_id, alf AS person, week_of_birth, sex
    FROM SAILW9999V.first_care_entry_gcse_people_2_rows_with_linking_field AS people_2_rows_with_linking_field
),
-- people_5_order_of_rows: rows with a recorded week of birth before those without. A person without
--   a week of birth is kept too, for the sex is known.
--   catalogue/wdsd.yaml:393
people_5_order_of_rows AS (
    SELECT
        demographic_id,
        person,
        week_of_birth,
        sex,
        COALESCE(week_of_birth, DATE('9999-12-31')) AS order_of_row
    FROM people_3_person_column
),
-- people_in_order: number the rows of each person
people_in_order AS (
    SELECT
        demographic_id,
        person,
        week_of_birth,
        sex,
        order_of_row,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY order_of_row ASC NULLS LAST, demographic_id ASC NULLS LAST, week_of_birth ASC NULLS LAST,
                sex ASC NULLS LAST
        ) AS place_in_order
    FROM people_5_order_of_rows
    WHERE order_of_row IS NOT NULL
)
-- people: the row with the earliest recorded week of birth. The service can hold a person twice.
SELECT demographic_id, person, week_of_birth, sex, order_of_row
FROM people_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 21 AS step_number, 'people' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_people AS people;

-- =================================================================================================
-- 22. pupil_persons
-- =================================================================================================
-- The pupil numbers of a person who has several: those with the week of birth of the demographic
-- service. Several pupil numbers can share one person by mistake.
--   catalogue/eduw.yaml:416

CREATE TABLE SAILW9999V.first_care_entry_gcse_pupil_persons (
    pupil BIGINT,
    person BIGINT,
    match_status SMALLINT,
    week_of_birth DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_pupil_persons (pupil, person, match_status, week_of_birth)
WITH
-- pupil_persons_1_as_held: all rows of pupil links
--   catalogue/eduw.yaml:409
pupil_persons_1_as_held AS (
    SELECT pupil, person, match_status, week_of_birth
    FROM SAILW9999V.first_care_entry_gcse_pupil_links AS pupil_links
),
-- pupil_persons_count_distinct: how many different values the rows of pupil_links have
pupil_persons_count_distinct AS (
    SELECT person, COUNT(DISTINCT pupil) AS answer
    FROM SAILW9999V.first_care_entry_gcse_pupil_links AS pupil_links
    GROUP BY person
)
-- pupil_persons: the pupil numbers of a person who has several: those with the week of birth of the
--   demographic service. Several pupil numbers can share one person by mistake.
SELECT
    pupil_persons_1_as_held.pupil,
    pupil_persons_1_as_held.person,
    pupil_persons_1_as_held.match_status,
    pupil_persons_1_as_held.week_of_birth
FROM pupil_persons_1_as_held
LEFT JOIN SAILW9999V.first_care_entry_gcse_people AS people ON people.person = pupil_persons_1_as_held.person
LEFT JOIN pupil_persons_count_distinct ON pupil_persons_count_distinct.person = pupil_persons_1_as_held.person
WHERE pupil_persons_1_as_held.week_of_birth = people.week_of_birth
    OR COALESCE(pupil_persons_count_distinct.answer, 0) = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    22 AS step_number,
    'pupil_persons' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_pupil_persons AS pupil_persons;

-- =================================================================================================
-- 23. keys_of_pupil_persons
-- =================================================================================================
-- The smallest and the largest person that pupil_persons gives each pupil.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/eduw.yaml:416

CREATE TABLE SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons (
    pupil BIGINT,
    first_unit BIGINT,
    last_unit BIGINT
)
DISTRIBUTE BY HASH(pupil);

INSERT INTO SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons (pupil, first_unit, last_unit)
SELECT pupil, MIN(person) AS first_unit, MAX(person) AS last_unit
FROM SAILW9999V.first_care_entry_gcse_pupil_persons AS pupil_persons
WHERE pupil IS NOT NULL AND person IS NOT NULL
GROUP BY pupil;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    23 AS step_number,
    'keys_of_pupil_persons' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT pupil) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons AS keys_of_pupil_persons;

-- =================================================================================================
-- 24. school_records_2_january_returns
-- =================================================================================================
-- Returns of January. The January census is the yearly one, returns of other months occur too.
--   catalogue/eduw.yaml:428

CREATE TABLE SAILW9999V.first_care_entry_gcse_school_records_2_january_returns (
    pupil BIGINT,
    year_month INTEGER,
    education_authority SMALLINT,
    school BIGINT,
    sen_provision VARCHAR(1),
    fsm_eligible SMALLINT
)
DISTRIBUTE BY HASH(pupil);

INSERT INTO SAILW9999V.first_care_entry_gcse_school_records_2_january_returns (
    pupil, year_month, education_authority, school, sen_provision, fsm_eligible
)
WITH
-- school_records_1_as_held: Pupils on roll in each return, with any codes trimmed and in upper
--   case, and blank codes missing
--   catalogue/eduw.yaml:421
school_records_1_as_held AS (
    SELECT
        IRN_PE AS pupil,
        eduw_pupils.YEAR AS year_month,
        LEA AS education_authority,
        ESTAB_PE AS school,
        NULLIF(UPPER(TRIM(SENPROVISION)), '') AS sen_provision,
        FSMELIGIBLE AS fsm_eligible
    FROM SAIL9999V.EDUW_PUPIL_20221017 AS eduw_pupils
)
-- school_records_2_january_returns: returns of January. The January census is the yearly one,
--   returns of other months occur too.
SELECT pupil, year_month, education_authority, school, sen_provision, fsm_eligible
FROM school_records_1_as_held
WHERE MOD(MOD(CAST(year_month AS BIGINT), 100) + 100, 100) = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    24 AS step_number,
    'school_records_2_january_returns' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT pupil) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_school_records_2_january_returns AS school_records_2_january_returns;

-- =================================================================================================
-- 25. index_dates
-- =================================================================================================
-- Each person that may enter, with the index date.
--   specs/first_care_entry_gcse.yaml:68

CREATE TABLE SAILW9999V.first_care_entry_gcse_index_dates (
    person BIGINT,
    index_date DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_index_dates (person, index_date)
SELECT person, start_date AS index_date
FROM SAILW9999V.first_care_entry_gcse_first_period AS first_period
WHERE person IS NOT NULL AND start_date IS NOT NULL;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    25 AS step_number,
    'index_dates' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_index_dates AS index_dates;

-- =================================================================================================
-- 26. residence_2_rows_with_keys
-- =================================================================================================
-- Rows with a linking field and a first day before the end of the study's data. Rows without them
-- cannot be placed.
--   catalogue/wdsd.yaml:410

CREATE TABLE SAILW9999V.first_care_entry_gcse_residence_2_rows_with_keys (
    alf BIGINT,
    start_date DATE,
    end_date DATE,
    welsh_address SMALLINT
)
DISTRIBUTE BY HASH(alf);

INSERT INTO SAILW9999V.first_care_entry_gcse_residence_2_rows_with_keys (
    alf, start_date, end_date, welsh_address
)
WITH
-- residence_1_as_held_of_everybody: Spells of living inside and outside Wales, cleaned so that none
--   overlap, with any codes trimmed and in upper case, and blank codes missing
--   catalogue/wdsd.yaml:402
residence_1_as_held_of_everybody AS (
    SELECT ALF_PE AS alf, START_DATE AS start_date, END_DATE AS end_date, WELSH_ADDRESS AS welsh_address
    FROM SAIL9999V.WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
),
-- residence_1_as_held: of everybody's rows those that belong to the population
--   Why: Later steps read no others.
--   catalogue/wdsd.yaml:402
residence_1_as_held AS (
    SELECT alf, start_date, end_date, welsh_address
    FROM residence_1_as_held_of_everybody
    WHERE alf IN (
        SELECT person
        FROM SAILW9999V.first_care_entry_gcse_index_dates AS index_dates
    )
)
-- residence_2_rows_with_keys: rows with a linking field and a first day before the end of the
--   study's data. Rows without them cannot be placed.
SELECT alf, start_date, end_date, welsh_address
FROM residence_1_as_held
WHERE alf IS NOT NULL AND start_date IS NOT NULL AND start_date <= DATE('2019-08-31');

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    26 AS step_number,
    'residence_2_rows_with_keys' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT alf) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_residence_2_rows_with_keys AS residence_2_rows_with_keys;

-- =================================================================================================
-- 27. residence
-- =================================================================================================
-- Spells of at least one day. A reversed spell has an error in one of its dates.
--   catalogue/wdsd.yaml:430

CREATE TABLE SAILW9999V.first_care_entry_gcse_residence (
    person BIGINT,
    start_date DATE,
    end_date DATE,
    welsh_address SMALLINT,
    in_wales SMALLINT,
    until DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_residence (
    person, start_date, end_date, welsh_address, in_wales, until
)
WITH
-- residence_3_person_column: the linking field as the person. The unit of the study is the person.
--   catalogue/wdsd.yaml:414
residence_3_person_column AS (
    SELECT alf AS person, start_date, end_date, welsh_address
    FROM SAILW9999V.first_care_entry_gcse_residence_2_rows_with_keys AS residence_2_rows_with_keys
),
-- residence_5_inside_wales: whether the address is in Wales. The flag is held as a number.
--   catalogue/wdsd.yaml:422
residence_5_inside_wales AS (
    SELECT
        person,
        start_date,
        end_date,
        welsh_address,
        CASE WHEN welsh_address = 1 THEN 1 WHEN welsh_address <> 1 THEN 0 END AS in_wales
    FROM residence_3_person_column
),
-- residence_6_first_day_outside: the first day outside each spell. The recorded end is taken as a
--   day in the spell. Open spells, which end in 9999 or not at all, reach to the end of the study's
--   data.
--   catalogue/wdsd.yaml:426
residence_6_first_day_outside AS (
    SELECT
        person,
        start_date,
        end_date,
        welsh_address,
        in_wales,
        CASE
            WHEN end_date IS NULL OR end_date >= DATE('9000-01-01') THEN (DATE('2019-08-31') + 1 DAYS)
            ELSE (end_date + 1 DAYS)
        END AS until
    FROM residence_5_inside_wales
)
-- residence: spells of at least one day. A reversed spell has an error in one of its dates.
SELECT person, start_date, end_date, welsh_address, in_wales, until
FROM residence_6_first_day_outside
WHERE until > start_date;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    27 AS step_number,
    'residence' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_residence AS residence;

-- =================================================================================================
-- 28. entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/first_care_entry_gcse.yaml:68

CREATE TABLE SAILW9999V.first_care_entry_gcse_entries (
    person BIGINT,
    index_date DATE,
    exams_start DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_entries (person, index_date, exams_start)
WITH
-- exams_start: 1 May of school year 11, when examinations begin
--   specs/first_care_entry_gcse.yaml:86
exams_start AS (
    SELECT
        index_dates.person,
        index_dates.index_date,
        (
            DATE('2001-05-01') + (
                (
                    YEAR(people.week_of_birth) + CASE WHEN MONTH(people.week_of_birth) >= 9 THEN 1 ELSE 0 END
                        + 16
                ) - 2001
            ) YEARS
        ) AS exams_start
    FROM SAILW9999V.first_care_entry_gcse_index_dates AS index_dates
    LEFT JOIN SAILW9999V.first_care_entry_gcse_people AS people ON people.person = index_dates.person
)
-- entries: variables beside each entry
SELECT index_dates.person, index_dates.index_date, exams_start.exams_start
FROM SAILW9999V.first_care_entry_gcse_index_dates AS index_dates
LEFT JOIN exams_start
    ON exams_start.person = index_dates.person
    AND exams_start.index_date = index_dates.index_date;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 28 AS step_number, 'entries' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_entries AS entries;

-- =================================================================================================
-- 29. population_steps
-- =================================================================================================
-- Which steps each entry passes, the first that it does not, and how many it does not.
--   specs/first_care_entry_gcse.yaml:68
-- entered_in_study_years: the index date falls from 1 April 2008 through 31 March 2018
--   specs/first_care_entry_gcse.yaml:71
-- under_16: the age in whole years on the index date is less than 16
--   specs/first_care_entry_gcse.yaml:73
-- exams_after_first_year: “1 May of school year 11, when examinations begin” is on or after 1 year
--   after the index date
--   Why: The year in which moves are counted must be over before the exams.
--   specs/first_care_entry_gcse.yaml:75
-- old_enough_for_results: “1 May of school year 11, when examinations begin” is on or before 31
--   August 2019
--   Why: Younger children have no GCSE results yet when the data end, later years were disrupted.
--   specs/first_care_entry_gcse.yaml:78
-- in_wales_for_results: there is at least one among the rows of residence in which (the in wales is
--   yes, and “1 May of school year 11, when examinations begin” falls from the start date until the
--   day before the first day outside)
--   Why: Results are recorded only for pupils in Wales.
--   specs/first_care_entry_gcse.yaml:81

CREATE TABLE SAILW9999V.first_care_entry_gcse_population_steps (
    person BIGINT,
    index_date DATE,
    entered_in_study_years SMALLINT,
    under_16 SMALLINT,
    exams_after_first_year SMALLINT,
    old_enough_for_results SMALLINT,
    in_wales_for_results SMALLINT,
    stopped_at INTEGER,
    steps_failed INTEGER
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_population_steps (
    person, index_date, entered_in_study_years, under_16, exams_after_first_year, old_enough_for_results,
    in_wales_for_results, stopped_at, steps_failed
)
WITH
-- population_steps_any: those who have such rows of residence
population_steps_any AS (
    SELECT entries.person, entries.index_date, 1 AS answer
    FROM SAILW9999V.first_care_entry_gcse_entries AS entries
    JOIN SAILW9999V.first_care_entry_gcse_residence AS residence ON entries.person = residence.person
    WHERE residence.in_wales = 1
        AND residence.start_date <= entries.exams_start
        AND entries.exams_start < residence.until
    GROUP BY entries.person, entries.index_date
),
-- population_steps_flagged: 1 where the condition of a step is true, else 0
population_steps_flagged AS (
    SELECT
        entries.person,
        entries.index_date,
        CASE
            WHEN DATE('2008-04-01') <= entries.index_date AND entries.index_date <= DATE('2018-03-31') THEN 1
            ELSE 0
        END AS entered_in_study_years,
        CASE
            WHEN (YEAR(entries.index_date) - YEAR(people.week_of_birth)) - CASE
                WHEN MONTH(entries.index_date) * 100 + DAY(entries.index_date) < MONTH(
                    people.week_of_birth
                ) * 100 + DAY(people.week_of_birth)
                    THEN 1
                ELSE 0
            END < 16
                THEN 1
            ELSE 0
        END AS under_16,
        CASE WHEN entries.exams_start >= (entries.index_date + 1 YEARS) THEN 1 ELSE 0 END
            AS exams_after_first_year,
        CASE WHEN entries.exams_start <= DATE('2019-08-31') THEN 1 ELSE 0 END AS old_enough_for_results,
        CASE WHEN COALESCE(population_steps_any.answer, 0) = 1 THEN 1 ELSE 0 END AS in_wales_for_results
    FROM SAILW9999V.first_care_entry_gcse_entries AS entries
    LEFT JOIN SAILW9999V.first_care_entry_gcse_people AS people ON people.person = entries.person
    LEFT JOIN population_steps_any
        ON population_steps_any.person = entries.person
        AND population_steps_any.index_date = entries.index_date
)
-- population_steps: which steps each entry passes, the first that it does not, and how many it does
--   not
SELECT
    person,
    index_date,
    entered_in_study_years,
    under_16,
    exams_after_first_year,
    old_enough_for_results,
    in_wales_for_results,
    CASE
        WHEN entered_in_study_years = 0 THEN 1
        WHEN under_16 = 0 THEN 2
        WHEN exams_after_first_year = 0 THEN 3
        WHEN old_enough_for_results = 0 THEN 4
        WHEN in_wales_for_results = 0 THEN 5
        ELSE 0
    END AS stopped_at,
    5 - (
        entered_in_study_years + under_16 + exams_after_first_year + old_enough_for_results
            + in_wales_for_results
    ) AS steps_failed
FROM population_steps_flagged;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    29 AS step_number,
    'population_steps' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps;

-- =================================================================================================
-- 30. member_list
-- =================================================================================================
-- The entries that pass every step.
--   specs/first_care_entry_gcse.yaml:68

CREATE TABLE SAILW9999V.first_care_entry_gcse_member_list (
    person BIGINT,
    index_date DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_member_list (person, index_date)
SELECT person, index_date
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE stopped_at = 0;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    30 AS step_number,
    'member_list' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_member_list AS member_list;

-- =================================================================================================
-- 31. members_frame
-- =================================================================================================
-- What is worked out for each of these entries begins here.
--   specs/first_care_entry_gcse.yaml:68

CREATE TABLE SAILW9999V.first_care_entry_gcse_members_frame (
    person BIGINT,
    index_date DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_members_frame (person, index_date)
SELECT person, index_date
FROM SAILW9999V.first_care_entry_gcse_member_list AS member_list
GROUP BY person, index_date;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    31 AS step_number,
    'members_frame' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame;

-- =================================================================================================
-- 32. school_records_3_linked_person
-- =================================================================================================
-- The person of each pupil number. Pupils without an accepted link cannot be followed in other
-- data.
--   catalogue/eduw.yaml:432

CREATE TABLE SAILW9999V.first_care_entry_gcse_school_records_3_linked_person (
    person BIGINT,
    pupil BIGINT,
    year_month INTEGER,
    education_authority SMALLINT,
    school BIGINT,
    sen_provision VARCHAR(1),
    fsm_eligible SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_school_records_3_linked_person (
    person, pupil, year_month, education_authority, school, sen_provision, fsm_eligible
)
WITH
-- school_records_3_linked_person_keys: of all keys those of units that belong to the members
--   Why: Later steps read no others.
--   catalogue/eduw.yaml:432
school_records_3_linked_person_keys AS (
    SELECT pupil, first_unit, last_unit
    FROM SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons AS keys_of_pupil_persons
    WHERE first_unit IN (
        SELECT person
        FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    )
)
-- school_records_3_linked_person: the person of each pupil number. Pupils without an accepted link
--   cannot be followed in other data.
SELECT
    unit_map.first_unit AS person,
    each_row.pupil,
    each_row.year_month,
    each_row.education_authority,
    each_row.school,
    each_row.sen_provision,
    each_row.fsm_eligible
FROM SAILW9999V.first_care_entry_gcse_school_records_2_january_returns AS each_row
JOIN school_records_3_linked_person_keys AS unit_map ON unit_map.pupil = each_row.pupil;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    32 AS step_number,
    'school_records_3_linked_person' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_school_records_3_linked_person AS school_records_3_linked_person;

-- =================================================================================================
-- 33. school_records
-- =================================================================================================
-- Returns up to the end of the study's data. The study says until when it uses data.
--   catalogue/eduw.yaml:445

CREATE TABLE SAILW9999V.first_care_entry_gcse_school_records (
    person BIGINT,
    pupil BIGINT,
    year_month INTEGER,
    education_authority SMALLINT,
    school BIGINT,
    sen_provision VARCHAR(1),
    fsm_eligible SMALLINT,
    census_date DATE,
    need_order INTEGER
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_school_records (
    person, pupil, year_month, education_authority, school, sen_provision, fsm_eligible, census_date,
    need_order
)
WITH
-- school_records_4_day_of_census: the day that the return is known by, and the order of provision
--   from most to least. The table has the month only, on the last day of January the return has
--   surely been made.
--   catalogue/eduw.yaml:436
school_records_4_day_of_census AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        CASE
            WHEN CAST(year_month AS BIGINT) >= 100
                AND CAST(year_month AS BIGINT) <= 999999
                THEN (DATE('2001-01-31') + ((CAST(year_month AS BIGINT) / 100) - 2001) YEARS)
        END AS census_date,
        CASE
            WHEN sen_provision = 'S' THEN 1
            ELSE CASE
                WHEN sen_provision = 'Q' THEN 2
                ELSE CASE
                    WHEN sen_provision = 'P' THEN 3
                    ELSE CASE
                        WHEN sen_provision = 'A' THEN 4
                        ELSE CASE WHEN sen_provision = 'N' THEN 5 ELSE 6 END
                    END
                END
            END
        END AS need_order
    FROM SAILW9999V.first_care_entry_gcse_school_records_3_linked_person AS school_records_3_linked_person
)
-- school_records: returns up to the end of the study's data. The study says until when it uses
--   data.
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    need_order
FROM school_records_4_day_of_census
WHERE census_date <= DATE('2019-08-31');

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    33 AS step_number,
    'school_records' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_school_records AS school_records;

-- =================================================================================================
-- 34. school_census
-- =================================================================================================
-- One row for each person and year. A pupil on roll at two schools is one pupil.
--   catalogue/eduw.yaml:465

CREATE TABLE SAILW9999V.first_care_entry_gcse_school_census (
    person BIGINT,
    pupil BIGINT,
    year_month INTEGER,
    education_authority SMALLINT,
    school BIGINT,
    sen_provision VARCHAR(1),
    fsm_eligible SMALLINT,
    census_date DATE,
    need_order INTEGER,
    free_school_meals SMALLINT,
    special_needs VARCHAR(1)
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_school_census (
    person, pupil, year_month, education_authority, school, sen_provision, fsm_eligible, census_date,
    need_order, free_school_meals, special_needs
)
WITH
-- school_census_1_as_held: all rows of school records
--   catalogue/eduw.yaml:450
school_census_1_as_held AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        need_order
    FROM SAILW9999V.first_care_entry_gcse_school_records AS school_records
),
-- school_census_2_facts_of_the_year_largest: the largest value of the rows of school_records
school_census_2_facts_of_the_year_largest AS (
    SELECT person, year_month, MAX(fsm_eligible) AS answer
    FROM SAILW9999V.first_care_entry_gcse_school_records AS school_records
    GROUP BY person, year_month
),
-- school_census_2_facts_of_the_year_first: the rows of school_records in order
school_census_2_facts_of_the_year_first AS (
    SELECT
        person,
        year_month,
        sen_provision AS answer,
        ROW_NUMBER() OVER (
            PARTITION BY person, year_month
            ORDER BY need_order ASC NULLS LAST, pupil ASC NULLS LAST, education_authority ASC NULLS LAST,
                school ASC NULLS LAST, sen_provision ASC NULLS LAST, fsm_eligible ASC NULLS LAST,
                census_date ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.first_care_entry_gcse_school_records AS school_records
    WHERE need_order IS NOT NULL
),
-- school_census_2_facts_of_the_year: free school meals and special needs over all schools of the
--   year, and the year group expected by age. A pupil on roll at two schools has two rows. The name
--   of the column of the actual year group is not known.
--   catalogue/eduw.yaml:458
school_census_2_facts_of_the_year AS (
    SELECT
        school_census_1_as_held.person,
        school_census_1_as_held.pupil,
        school_census_1_as_held.year_month,
        school_census_1_as_held.education_authority,
        school_census_1_as_held.school,
        school_census_1_as_held.sen_provision,
        school_census_1_as_held.fsm_eligible,
        school_census_1_as_held.census_date,
        school_census_1_as_held.need_order,
        CASE
            WHEN school_census_2_facts_of_the_year_largest.answer = 1 THEN 1
            WHEN school_census_2_facts_of_the_year_largest.answer <> 1 THEN 0
        END AS free_school_meals,
        school_census_2_facts_of_the_year_first.answer AS special_needs
    FROM school_census_1_as_held
    LEFT JOIN school_census_2_facts_of_the_year_largest
        ON school_census_2_facts_of_the_year_largest.person = school_census_1_as_held.person
        AND school_census_2_facts_of_the_year_largest.year_month = school_census_1_as_held.year_month
    LEFT JOIN school_census_2_facts_of_the_year_first
        ON school_census_2_facts_of_the_year_first.person = school_census_1_as_held.person
        AND school_census_2_facts_of_the_year_first.year_month = school_census_1_as_held.year_month
        AND school_census_2_facts_of_the_year_first.place_in_order = 1
),
-- school_census_in_order: number the rows of each person, year_month
school_census_in_order AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        need_order,
        free_school_meals,
        special_needs,
        ROW_NUMBER() OVER (
            PARTITION BY person, year_month
            ORDER BY pupil ASC NULLS LAST, education_authority ASC NULLS LAST, school ASC NULLS LAST,
                sen_provision ASC NULLS LAST, fsm_eligible ASC NULLS LAST, census_date ASC NULLS LAST,
                need_order ASC NULLS LAST, free_school_meals ASC NULLS LAST, special_needs ASC NULLS LAST
        ) AS place_in_order
    FROM school_census_2_facts_of_the_year
    WHERE year_month IS NOT NULL
)
-- school_census: one row for each person and year. A pupil on roll at two schools is one pupil.
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    need_order,
    free_school_meals,
    special_needs
FROM school_census_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    34 AS step_number,
    'school_census' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_school_census AS school_census;

-- =================================================================================================
-- 35. ks4_attainment_2_linked_person
-- =================================================================================================
-- The person of each pupil number. Pupils without an accepted link cannot be followed in other
-- data.
--   catalogue/eduw.yaml:478

CREATE TABLE SAILW9999V.first_care_entry_gcse_ks4_attainment_2_linked_person (
    person BIGINT,
    pupil BIGINT,
    exam_year SMALLINT,
    five_a_to_g SMALLINT,
    five_a_to_c SMALLINT,
    five_a_to_c_with_core SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_ks4_attainment_2_linked_person (
    person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core
)
WITH
-- ks4_attainment_1_as_held: Results at key stage 4, with any codes trimmed and in upper case, and
--   blank codes missing
--   catalogue/eduw.yaml:470
ks4_attainment_1_as_held AS (
    SELECT
        IRN_PE AS pupil,
        eduw_key_stage_4.YEAR AS exam_year,
        R_QACH5L AS five_a_to_g,
        R_QACH5H AS five_a_to_c,
        R_QACH5EWM AS five_a_to_c_with_core
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
),
-- ks4_attainment_2_linked_person_keys: of all keys those of units that belong to the members
--   Why: Later steps read no others.
--   catalogue/eduw.yaml:478
ks4_attainment_2_linked_person_keys AS (
    SELECT pupil, first_unit, last_unit
    FROM SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons AS keys_of_pupil_persons
    WHERE first_unit IN (
        SELECT person
        FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    )
)
-- ks4_attainment_2_linked_person: the person of each pupil number. Pupils without an accepted link
--   cannot be followed in other data.
SELECT
    unit_map.first_unit AS person,
    each_row.pupil,
    each_row.exam_year,
    each_row.five_a_to_g,
    each_row.five_a_to_c,
    each_row.five_a_to_c_with_core
FROM ks4_attainment_1_as_held AS each_row
JOIN ks4_attainment_2_linked_person_keys AS unit_map ON unit_map.pupil = each_row.pupil;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    35 AS step_number,
    'ks4_attainment_2_linked_person' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_ks4_attainment_2_linked_person AS ks4_attainment_2_linked_person;

-- =================================================================================================
-- 36. ks4_attainment_3_years_until_end
-- =================================================================================================
-- Results published up to the end of the study's data. Results of a year are known by the end of
-- August.
--   catalogue/eduw.yaml:482

CREATE TABLE SAILW9999V.first_care_entry_gcse_ks4_attainment_3_years_until_end (
    person BIGINT,
    pupil BIGINT,
    exam_year SMALLINT,
    five_a_to_g SMALLINT,
    five_a_to_c SMALLINT,
    five_a_to_c_with_core SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_ks4_attainment_3_years_until_end (
    person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core
)
SELECT person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core
FROM SAILW9999V.first_care_entry_gcse_ks4_attainment_2_linked_person AS ks4_attainment_2_linked_person
WHERE CASE WHEN exam_year >= 1 AND exam_year <= 9999 THEN (DATE('2001-08-31') + (exam_year - 2001) YEARS) END
    <= DATE('2019-08-31');

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    36 AS step_number,
    'ks4_attainment_3_years_until_end' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_ks4_attainment_3_years_until_end AS ks4_attainment_3_years_until_end;

-- =================================================================================================
-- 37. ks4_attainment
-- =================================================================================================
-- One row for each person and year. A person with two pupil numbers has one result.
--   catalogue/eduw.yaml:493

CREATE TABLE SAILW9999V.first_care_entry_gcse_ks4_attainment (
    person BIGINT,
    pupil BIGINT,
    exam_year SMALLINT,
    five_a_to_g SMALLINT,
    five_a_to_c SMALLINT,
    five_a_to_c_with_core SMALLINT,
    level_2_inclusive SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_ks4_attainment (
    person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core, level_2_inclusive
)
WITH
-- ks4_attainment_4_measures: the three measures as yes or no. They are held as numbers.
--   catalogue/eduw.yaml:486
ks4_attainment_4_measures AS (
    SELECT
        person,
        pupil,
        exam_year,
        five_a_to_g,
        five_a_to_c,
        five_a_to_c_with_core,
        CASE WHEN five_a_to_c_with_core = 1 THEN 1 WHEN five_a_to_c_with_core <> 1 THEN 0 END
            AS level_2_inclusive
    FROM SAILW9999V.first_care_entry_gcse_ks4_attainment_3_years_until_end AS ks4_attainment_3_years_until_end
),
-- ks4_attainment_in_order: number the rows of each person, exam_year
ks4_attainment_in_order AS (
    SELECT
        person,
        pupil,
        exam_year,
        five_a_to_g,
        five_a_to_c,
        five_a_to_c_with_core,
        level_2_inclusive,
        ROW_NUMBER() OVER (
            PARTITION BY person, exam_year
            ORDER BY pupil ASC NULLS LAST, five_a_to_g ASC NULLS LAST, five_a_to_c ASC NULLS LAST,
                five_a_to_c_with_core ASC NULLS LAST, level_2_inclusive ASC NULLS LAST
        ) AS place_in_order
    FROM ks4_attainment_4_measures
    WHERE exam_year IS NOT NULL
)
-- ks4_attainment: one row for each person and year. A person with two pupil numbers has one result.
SELECT person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core, level_2_inclusive
FROM ks4_attainment_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    37 AS step_number,
    'ks4_attainment' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_ks4_attainment AS ks4_attainment;

-- =================================================================================================
-- 38. gcse
-- =================================================================================================
-- The first row by exam year for each person.
--   specs/first_care_entry_gcse.yaml:65

CREATE TABLE SAILW9999V.first_care_entry_gcse_gcse (
    person BIGINT,
    pupil BIGINT,
    exam_year SMALLINT,
    five_a_to_g SMALLINT,
    five_a_to_c SMALLINT,
    five_a_to_c_with_core SMALLINT,
    level_2_inclusive SMALLINT
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_gcse (
    person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core, level_2_inclusive
)
WITH
-- gcse_in_order: number the rows of each person
gcse_in_order AS (
    SELECT
        person,
        pupil,
        exam_year,
        five_a_to_g,
        five_a_to_c,
        five_a_to_c_with_core,
        level_2_inclusive,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY exam_year ASC NULLS LAST, pupil ASC NULLS LAST, five_a_to_g ASC NULLS LAST,
                five_a_to_c ASC NULLS LAST, five_a_to_c_with_core ASC NULLS LAST,
                level_2_inclusive ASC NULLS LAST
        ) AS place_in_order
    FROM SAILW9999V.first_care_entry_gcse_ks4_attainment AS ks4_attainment
    WHERE exam_year IS NOT NULL
)
-- gcse: the first row by exam year for each person
SELECT person, pupil, exam_year, five_a_to_g, five_a_to_c, five_a_to_c_with_core, level_2_inclusive
FROM gcse_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 38 AS step_number, 'gcse' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_gcse AS gcse;

-- =================================================================================================
-- 39. member_rows_moves
-- =================================================================================================
-- Only rows where (the reason started is one of P (placement changed), B (both legal status and
-- placement changed) (the codelist new placement), and the start date is after the index date, and
-- the start date falls from the index date until the day before 1 year after the index date).
--   Why: A new episode is a move only if it began for a change of placement.
--   specs/first_care_entry_gcse.yaml:51

CREATE TABLE SAILW9999V.first_care_entry_gcse_member_rows_moves (
    person BIGINT,
    system_id BIGINT,
    hybrid_id BIGINT,
    year_code INTEGER,
    local_authority SMALLINT,
    episode_number SMALLINT,
    start_date DATE,
    end_date DATE,
    reason_started VARCHAR(1),
    legal_status VARCHAR(2),
    until DATE,
    end_assumed SMALLINT,
    index_date DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_member_rows_moves (
    person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date,
    reason_started, legal_status, until, end_assumed, index_date
)
WITH
-- moves_1_for_each_entry: the rows beside each entry of the person
--   specs/first_care_entry_gcse.yaml:51
moves_1_for_each_entry AS (
    SELECT
        care_without_short_breaks.person,
        care_without_short_breaks.system_id,
        care_without_short_breaks.hybrid_id,
        care_without_short_breaks.year_code,
        care_without_short_breaks.local_authority,
        care_without_short_breaks.episode_number,
        care_without_short_breaks.start_date,
        care_without_short_breaks.end_date,
        care_without_short_breaks.reason_started,
        care_without_short_breaks.legal_status,
        care_without_short_breaks.until,
        care_without_short_breaks.end_assumed,
        members_frame.index_date
    FROM SAILW9999V.first_care_entry_gcse_care_without_short_breaks AS care_without_short_breaks
    JOIN SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
        ON members_frame.person = care_without_short_breaks.person
)
-- moves: only rows where (the reason started is one of P (placement changed), B (both legal status
--   and placement changed) (the codelist new placement), and the start date is after the index
--   date, and the start date falls from the index date until the day before 1 year after the index
--   date)
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    reason_started,
    legal_status,
    until,
    end_assumed,
    index_date
FROM moves_1_for_each_entry
WHERE reason_started IN ('P', 'B')
    AND start_date > index_date
    AND index_date <= start_date
    AND start_date < (index_date + 1 YEARS);

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    39 AS step_number,
    'member_rows_moves' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_member_rows_moves AS member_rows_moves;

-- =================================================================================================
-- 40. member_rows_school_before_entry
-- =================================================================================================
-- The last row by census date for each person and index date.
--   Why: The last January school census in the two years before entry.
--   specs/first_care_entry_gcse.yaml:60

CREATE TABLE SAILW9999V.first_care_entry_gcse_member_rows_school_before_entry (
    person BIGINT,
    pupil BIGINT,
    year_month INTEGER,
    education_authority SMALLINT,
    school BIGINT,
    sen_provision VARCHAR(1),
    fsm_eligible SMALLINT,
    census_date DATE,
    need_order INTEGER,
    free_school_meals SMALLINT,
    special_needs VARCHAR(1),
    index_date DATE
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_member_rows_school_before_entry (
    person, pupil, year_month, education_authority, school, sen_provision, fsm_eligible, census_date,
    need_order, free_school_meals, special_needs, index_date
)
WITH
-- school_before_entry_1_for_each_entry: the rows beside each entry of the person
--   specs/first_care_entry_gcse.yaml:59
school_before_entry_1_for_each_entry AS (
    SELECT
        school_census.person,
        school_census.pupil,
        school_census.year_month,
        school_census.education_authority,
        school_census.school,
        school_census.sen_provision,
        school_census.fsm_eligible,
        school_census.census_date,
        school_census.need_order,
        school_census.free_school_meals,
        school_census.special_needs,
        members_frame.index_date
    FROM SAILW9999V.first_care_entry_gcse_school_census AS school_census
    JOIN SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
        ON members_frame.person = school_census.person
),
-- school_before_entry_2_where: only rows where the census date falls from 2 years before the index
--   date until the day before the index date
--   specs/first_care_entry_gcse.yaml:59
school_before_entry_2_where AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        need_order,
        free_school_meals,
        special_needs,
        index_date
    FROM school_before_entry_1_for_each_entry
    WHERE (index_date - 2 YEARS) <= census_date AND census_date < index_date
),
-- school_before_entry_in_order: number the rows of each person, index_date
school_before_entry_in_order AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        need_order,
        free_school_meals,
        special_needs,
        index_date,
        ROW_NUMBER() OVER (
            PARTITION BY person, index_date
            ORDER BY census_date DESC NULLS LAST, pupil ASC NULLS LAST, year_month ASC NULLS LAST,
                education_authority ASC NULLS LAST, school ASC NULLS LAST, sen_provision ASC NULLS LAST,
                fsm_eligible ASC NULLS LAST, need_order ASC NULLS LAST, free_school_meals ASC NULLS LAST,
                special_needs ASC NULLS LAST
        ) AS place_in_order
    FROM school_before_entry_2_where
    WHERE census_date IS NOT NULL
)
-- school_before_entry: the last row by census date for each person and index date
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    need_order,
    free_school_meals,
    special_needs,
    index_date
FROM school_before_entry_in_order
WHERE place_in_order = 1;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    40 AS step_number,
    'member_rows_school_before_entry' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_member_rows_school_before_entry AS member_rows_school_before_entry;

-- =================================================================================================
-- 41. member_entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/first_care_entry_gcse.yaml:68
-- sex: Sex
--   specs/first_care_entry_gcse.yaml:93
-- free_school_meals: Eligible for free school meals before entry
--   specs/first_care_entry_gcse.yaml:96
-- special_needs: Provision for special educational needs before entry
--   specs/first_care_entry_gcse.yaml:99

CREATE TABLE SAILW9999V.first_care_entry_gcse_member_entries (
    person BIGINT,
    index_date DATE,
    exams_start DATE,
    age_at_entry VARCHAR(32),
    sex SMALLINT,
    free_school_meals SMALLINT,
    special_needs VARCHAR(1),
    number_of_moves VARCHAR(52),
    days_in_care_first_year INTEGER,
    stayed_the_year SMALLINT,
    gcse_result VARCHAR(72)
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_member_entries (
    person, index_date, exams_start, age_at_entry, sex, free_school_meals, special_needs, number_of_moves,
    days_in_care_first_year, stayed_the_year, gcse_result
)
WITH
-- age_at_entry: Age at entry
--   specs/first_care_entry_gcse.yaml:89
age_at_entry AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        CASE
            WHEN (YEAR(members_frame.index_date) - YEAR(people.week_of_birth)) - CASE
                WHEN MONTH(members_frame.index_date) * 100 + DAY(members_frame.index_date) < MONTH(
                    people.week_of_birth
                ) * 100 + DAY(people.week_of_birth)
                    THEN 1
                ELSE 0
            END >= 10
                THEN '10 to 15'
            WHEN (YEAR(members_frame.index_date) - YEAR(people.week_of_birth)) - CASE
                WHEN MONTH(members_frame.index_date) * 100 + DAY(members_frame.index_date) < MONTH(
                    people.week_of_birth
                ) * 100 + DAY(people.week_of_birth)
                    THEN 1
                ELSE 0
            END >= 0
                THEN 'under 10'
        END AS age_at_entry
    FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    LEFT JOIN SAILW9999V.first_care_entry_gcse_people AS people ON people.person = members_frame.person
),
-- number_of_moves_count: how many there are of the rows of moves
number_of_moves_count AS (
    SELECT person, index_date, COUNT(*) AS answer
    FROM SAILW9999V.first_care_entry_gcse_member_rows_moves AS member_rows_moves
    GROUP BY person, index_date
),
-- number_of_moves: Placement moves in the first year
--   specs/first_care_entry_gcse.yaml:102
number_of_moves AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        CASE
            WHEN COALESCE(number_of_moves_count.answer, 0) >= 3 THEN 'three or more'
            WHEN COALESCE(number_of_moves_count.answer, 0) >= 2 THEN 'two'
            WHEN COALESCE(number_of_moves_count.answer, 0) >= 1 THEN 'one'
            WHEN COALESCE(number_of_moves_count.answer, 0) >= 0 THEN 'none'
        END AS number_of_moves
    FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    LEFT JOIN number_of_moves_count
        ON number_of_moves_count.person = members_frame.person
        AND number_of_moves_count.index_date = members_frame.index_date
),
-- days_in_care_first_year_periods: the periods to look at, each once
days_in_care_first_year_periods AS (
    SELECT DISTINCT person, index_date AS covered_from, (index_date + 1 YEARS) AS covered_until
    FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
),
-- days_in_care_first_year_days_covered_spells: the days of periods_of_care within each period
days_in_care_first_year_days_covered_spells AS (
    SELECT
        days_in_care_first_year_periods.person,
        days_in_care_first_year_periods.covered_from,
        days_in_care_first_year_periods.covered_until,
        CASE
            WHEN periods_of_care.start_date > days_in_care_first_year_periods.covered_from
                THEN periods_of_care.start_date
            ELSE days_in_care_first_year_periods.covered_from
        END AS spell_start,
        CASE
            WHEN periods_of_care.until < days_in_care_first_year_periods.covered_until
                THEN periods_of_care.until
            ELSE days_in_care_first_year_periods.covered_until
        END AS spell_until
    FROM days_in_care_first_year_periods
    JOIN SAILW9999V.first_care_entry_gcse_periods_of_care AS periods_of_care
        ON days_in_care_first_year_periods.person = periods_of_care.person
    WHERE periods_of_care.start_date < periods_of_care.until
        AND days_in_care_first_year_periods.covered_from < periods_of_care.until
        AND periods_of_care.start_date < days_in_care_first_year_periods.covered_until
        AND days_in_care_first_year_periods.covered_from < days_in_care_first_year_periods.covered_until
),
-- days_in_care_first_year_days_covered_reach: how far the spells that started earlier reach
days_in_care_first_year_days_covered_reach AS (
    SELECT
        person,
        covered_from,
        covered_until,
        spell_start,
        spell_until,
        MAX(spell_until) OVER (
            PARTITION BY person, covered_from, covered_until
            ORDER BY spell_start ASC NULLS LAST, spell_until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS until_before
    FROM days_in_care_first_year_days_covered_spells
),
-- days_in_care_first_year_days_covered_new: the days of each spell that no earlier one covers
days_in_care_first_year_days_covered_new AS (
    SELECT
        person,
        covered_from,
        covered_until,
        CASE WHEN until_before > spell_start THEN until_before ELSE spell_start END AS first_new_day,
        (
            DAYS(spell_until) - DAYS(
                CASE WHEN until_before > spell_start THEN until_before ELSE spell_start END
            )
        ) AS new_days
    FROM days_in_care_first_year_days_covered_reach
    WHERE until_before IS NULL OR until_before < spell_until
),
-- days_in_care_first_year_days_covered: how many days of each period are covered
days_in_care_first_year_days_covered AS (
    SELECT person, covered_from, covered_until, CAST(SUM(new_days) AS INTEGER) AS answer
    FROM days_in_care_first_year_days_covered_new
    GROUP BY person, covered_from, covered_until
),
-- days_in_care_first_year: Days in care in the first year
--   specs/first_care_entry_gcse.yaml:106
days_in_care_first_year AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        COALESCE(days_in_care_first_year_days_covered.answer, 0) AS days_in_care_first_year
    FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    LEFT JOIN days_in_care_first_year_days_covered
        ON days_in_care_first_year_days_covered.person = members_frame.person
        AND days_in_care_first_year_days_covered.covered_from = members_frame.index_date
        AND days_in_care_first_year_days_covered.covered_until = (members_frame.index_date + 1 YEARS)
),
-- stayed_the_year: In care on every day of the first year
--   specs/first_care_entry_gcse.yaml:109
stayed_the_year AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        CASE
            WHEN days_in_care_first_year.days_in_care_first_year = (
                DAYS((members_frame.index_date + 1 YEARS)) - DAYS(members_frame.index_date)
            )
                THEN 1
            WHEN days_in_care_first_year.days_in_care_first_year <> (
                DAYS((members_frame.index_date + 1 YEARS)) - DAYS(members_frame.index_date)
            )
                THEN 0
        END AS stayed_the_year
    FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    LEFT JOIN days_in_care_first_year
        ON days_in_care_first_year.person = members_frame.person
        AND days_in_care_first_year.index_date = members_frame.index_date
),
-- gcse_result: Five good GCSEs including English or Welsh, and mathematics
--   specs/first_care_entry_gcse.yaml:112
gcse_result AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        CASE
            WHEN gcse.level_2_inclusive = 1 THEN 'achieved'
            WHEN gcse.level_2_inclusive <> 1 THEN 'not achieved'
            ELSE 'no result recorded'
        END AS gcse_result
    FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
    LEFT JOIN SAILW9999V.first_care_entry_gcse_gcse AS gcse ON gcse.person = members_frame.person
)
-- member_entries: variables beside each entry
SELECT
    members_frame.person,
    members_frame.index_date,
    entries.exams_start,
    age_at_entry.age_at_entry,
    people.sex,
    member_rows_school_before_entry.free_school_meals,
    member_rows_school_before_entry.special_needs,
    number_of_moves.number_of_moves,
    days_in_care_first_year.days_in_care_first_year,
    stayed_the_year.stayed_the_year,
    gcse_result.gcse_result
FROM SAILW9999V.first_care_entry_gcse_members_frame AS members_frame
LEFT JOIN SAILW9999V.first_care_entry_gcse_entries AS entries
    ON entries.person = members_frame.person
    AND entries.index_date = members_frame.index_date
LEFT JOIN age_at_entry
    ON age_at_entry.person = members_frame.person
    AND age_at_entry.index_date = members_frame.index_date
LEFT JOIN SAILW9999V.first_care_entry_gcse_people AS people ON people.person = members_frame.person
LEFT JOIN SAILW9999V.first_care_entry_gcse_member_rows_school_before_entry AS member_rows_school_before_entry
    ON member_rows_school_before_entry.person = members_frame.person
    AND member_rows_school_before_entry.index_date = members_frame.index_date
LEFT JOIN number_of_moves
    ON number_of_moves.person = members_frame.person
    AND number_of_moves.index_date = members_frame.index_date
LEFT JOIN days_in_care_first_year
    ON days_in_care_first_year.person = members_frame.person
    AND days_in_care_first_year.index_date = members_frame.index_date
LEFT JOIN stayed_the_year
    ON stayed_the_year.person = members_frame.person
    AND stayed_the_year.index_date = members_frame.index_date
LEFT JOIN gcse_result
    ON gcse_result.person = members_frame.person
    AND gcse_result.index_date = members_frame.index_date;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT
    41 AS step_number,
    'member_entries' AS step_name,
    COUNT(*) AS row_count,
    COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_member_entries AS member_entries;

-- =================================================================================================
-- 42. analysis
-- =================================================================================================
-- The entries of the cohort, with all variables.
--   specs/first_care_entry_gcse.yaml:68

CREATE TABLE SAILW9999V.first_care_entry_gcse_analysis (
    person BIGINT,
    index_date DATE,
    exams_start DATE,
    age_at_entry VARCHAR(32),
    sex SMALLINT,
    free_school_meals SMALLINT,
    special_needs VARCHAR(1),
    number_of_moves VARCHAR(52),
    days_in_care_first_year INTEGER,
    stayed_the_year SMALLINT,
    gcse_result VARCHAR(72)
)
DISTRIBUTE BY HASH(person);

INSERT INTO SAILW9999V.first_care_entry_gcse_analysis (
    person, index_date, exams_start, age_at_entry, sex, free_school_meals, special_needs, number_of_moves,
    days_in_care_first_year, stayed_the_year, gcse_result
)
SELECT
    member_list.person,
    member_list.index_date,
    member_entries.exams_start,
    member_entries.age_at_entry,
    member_entries.sex,
    member_entries.free_school_meals,
    member_entries.special_needs,
    member_entries.number_of_moves,
    member_entries.days_in_care_first_year,
    member_entries.stayed_the_year,
    member_entries.gcse_result
FROM SAILW9999V.first_care_entry_gcse_member_list AS member_list
JOIN SAILW9999V.first_care_entry_gcse_member_entries AS member_entries
    ON member_list.person = member_entries.person
    AND member_list.index_date = member_entries.index_date;

INSERT INTO SAILW9999V.first_care_entry_gcse_flow_counts (step_number, step_name, row_count, unit_count)
SELECT 42 AS step_number, 'analysis' AS step_name, COUNT(*) AS row_count, COUNT(DISTINCT person) AS unit_count
FROM SAILW9999V.first_care_entry_gcse_analysis AS analysis;

-- =================================================================================================
-- 43. flow_of_children
-- =================================================================================================
-- Flow of children into the cohort.
--   specs/first_care_entry_gcse.yaml:122

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'start' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'entered_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 1
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'under_16' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 2
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'exams_after_first_year' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 3
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'old_enough_for_results' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 4
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'in_wales_for_results' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE stopped_at = 0 OR stopped_at > 5
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'entered_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE steps_failed = 1 - entered_in_study_years
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'under_16' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE steps_failed = 1 - under_16
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'exams_after_first_year' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE steps_failed = 1 - exams_after_first_year
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'old_enough_for_results' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE steps_failed = 1 - old_enough_for_results
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'flow_of_children' AS table_name,
    'in_wales_for_results' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_population_steps AS population_steps
WHERE steps_failed = 1 - in_wales_for_results;

-- =================================================================================================
-- 44. gcse_by_moves
-- =================================================================================================
-- GCSE results by placement moves, for those who stayed the year and those who did not.
--   specs/first_care_entry_gcse.yaml:125

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'gcse_by_moves' AS table_name,
    COALESCE(CASE WHEN stayed_the_year = 1 THEN '1' WHEN stayed_the_year = 0 THEN '0' END, 'missing')
        AS row_value,
    COALESCE(number_of_moves, 'missing') AS column_value,
    COALESCE(gcse_result, 'missing') AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_analysis AS analysis
GROUP BY stayed_the_year, number_of_moves, gcse_result;

-- =================================================================================================
-- 45. entry_characteristics_by_age_at_entry
-- =================================================================================================
-- Children at entry to care by age at entry.
--   specs/first_care_entry_gcse.yaml:129

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'entry_characteristics_by_age_at_entry' AS table_name,
    COALESCE(age_at_entry, 'missing') AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_analysis AS analysis
GROUP BY age_at_entry;

-- =================================================================================================
-- 46. entry_characteristics_by_sex
-- =================================================================================================
-- Children at entry to care by sex.
--   specs/first_care_entry_gcse.yaml:129

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'entry_characteristics_by_sex' AS table_name,
    COALESCE(CAST(sex AS VARCHAR(20)), 'missing') AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_analysis AS analysis
GROUP BY sex;

-- =================================================================================================
-- 47. entry_characteristics_by_free_school_meals
-- =================================================================================================
-- Children at entry to care by eligible for free school meals before entry.
--   specs/first_care_entry_gcse.yaml:129

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'entry_characteristics_by_free_school_meals' AS table_name,
    COALESCE(CASE WHEN free_school_meals = 1 THEN '1' WHEN free_school_meals = 0 THEN '0' END, 'missing')
        AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_analysis AS analysis
GROUP BY free_school_meals;

-- =================================================================================================
-- 48. entry_characteristics_by_special_needs
-- =================================================================================================
-- Children at entry to care by provision for special educational needs before entry.
--   specs/first_care_entry_gcse.yaml:129

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'entry_characteristics_by_special_needs' AS table_name,
    COALESCE(special_needs, 'missing') AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM SAILW9999V.first_care_entry_gcse_analysis AS analysis
GROUP BY special_needs;

-- =================================================================================================
-- 49. linkage_of_care_persons_routine
-- =================================================================================================
-- Keys of care_persons_routine that the map brings to a person.
--   catalogue/lacw.yaml:433

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_care_persons_routine_keys: every key once
linkage_of_care_persons_routine_keys AS (
    SELECT system_id AS key_of_rows, local_authority
    FROM SAILW9999V.first_care_entry_gcse_care_persons_routine_2_rows_with_keys
        AS care_persons_routine_2_rows_with_keys
    WHERE system_id IS NOT NULL AND local_authority IS NOT NULL
    GROUP BY system_id, local_authority
),
-- linkage_of_care_persons_routine_found: the units that the map gives each key of the rows, missing
--   where it gives none
linkage_of_care_persons_routine_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_care_persons_routine_keys AS each_key
    LEFT JOIN SAILW9999V.first_care_entry_gcse_keys_of_routine_links AS unit_map
        ON unit_map.system_id = each_key.key_of_rows
        AND unit_map.local_authority = each_key.local_authority
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_care_persons_routine' AS table_name,
    'linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_care_persons_routine_found
WHERE first_unit = last_unit
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_care_persons_routine' AS table_name,
    'conflicting' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_care_persons_routine_found
WHERE first_unit <> last_unit
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_care_persons_routine' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_care_persons_routine_found
WHERE first_unit IS NULL;

-- =================================================================================================
-- 50. linkage_of_care_episodes
-- =================================================================================================
-- Keys of care_episodes that the map brings to a person.
--   catalogue/lacw.yaml:524

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_care_episodes_keys: every key once
linkage_of_care_episodes_keys AS (
    SELECT hybrid_id AS key_of_rows
    FROM SAILW9999V.first_care_entry_gcse_care_episodes_4_end_not_before_start
        AS care_episodes_4_end_not_before_start
    WHERE hybrid_id IS NOT NULL
    GROUP BY hybrid_id
),
-- linkage_of_care_episodes_found: the units that the map gives each key of the rows, missing where
--   it gives none
linkage_of_care_episodes_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_care_episodes_keys AS each_key
    LEFT JOIN SAILW9999V.first_care_entry_gcse_keys_of_care_persons AS unit_map
        ON unit_map.hybrid_id = each_key.key_of_rows
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
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
-- 51. linkage_of_school_records
-- =================================================================================================
-- Keys of school_records that the map brings to a person.
--   catalogue/eduw.yaml:421

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_school_records_keys: every key once
linkage_of_school_records_keys AS (
    SELECT pupil AS key_of_rows
    FROM SAILW9999V.first_care_entry_gcse_school_records_2_january_returns AS school_records_2_january_returns
    WHERE pupil IS NOT NULL
    GROUP BY pupil
),
-- linkage_of_school_records_found: the units that the map gives each key of the rows, missing where
--   it gives none
linkage_of_school_records_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_school_records_keys AS each_key
    LEFT JOIN SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons AS unit_map
        ON unit_map.pupil = each_key.key_of_rows
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_school_records' AS table_name,
    'linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_school_records_found
WHERE first_unit = last_unit
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_school_records' AS table_name,
    'conflicting' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_school_records_found
WHERE first_unit <> last_unit
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_school_records' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_school_records_found
WHERE first_unit IS NULL;

-- =================================================================================================
-- 52. linkage_of_ks4_attainment
-- =================================================================================================
-- Keys of ks4_attainment that the map brings to a person.
--   catalogue/eduw.yaml:470

INSERT INTO SAILW9999V.first_care_entry_gcse_results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_ks4_attainment_input: the rows to begin with
linkage_of_ks4_attainment_input AS (
    SELECT
        IRN_PE AS pupil,
        eduw_key_stage_4.YEAR AS exam_year,
        R_QACH5L AS five_a_to_g,
        R_QACH5H AS five_a_to_c,
        R_QACH5EWM AS five_a_to_c_with_core
    FROM SAIL9999V.EDUW_WED_L1_20221017 AS eduw_key_stage_4
),
-- linkage_of_ks4_attainment_keys: every key once
linkage_of_ks4_attainment_keys AS (
    SELECT pupil AS key_of_rows
    FROM linkage_of_ks4_attainment_input
    WHERE pupil IS NOT NULL
    GROUP BY pupil
),
-- linkage_of_ks4_attainment_found: the units that the map gives each key of the rows, missing where
--   it gives none
linkage_of_ks4_attainment_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_ks4_attainment_keys AS each_key
    LEFT JOIN SAILW9999V.first_care_entry_gcse_keys_of_pupil_persons AS unit_map
        ON unit_map.pupil = each_key.key_of_rows
)
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_ks4_attainment' AS table_name,
    'linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_ks4_attainment_found
WHERE first_unit = last_unit
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_ks4_attainment' AS table_name,
    'conflicting' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_ks4_attainment_found
WHERE first_unit <> last_unit
UNION ALL
SELECT
    'first_care_entry_gcse' AS study,
    'a8c7de44067eadf0708357bc284a6a0c4c202a31748fbd92cff84f7c9103dc01' AS spec_hash,
    'linkage_of_ks4_attainment' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_ks4_attainment_found
WHERE first_unit IS NULL;

-- =================================================================================================
-- 53. tidy up
-- =================================================================================================
-- Drop the tables on the way.
-- SAILW9999V.first_care_entry_gcse_results and SAILW9999V.first_care_entry_gcse_flow_counts stay.

CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_DERIVED');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_ROUTINE_LINKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KEYS_OF_ROUTINE_LINKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_ROUTINE_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_ROUTINE_3_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS_ROUTINE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KEYS_OF_CARE_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_3_RETURNS_OF_STUDY');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_4_END_NOT_BEFORE_START');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_5_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES_6_LATEST_RETURN_OF_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_EPISODES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_CARE_WITHOUT_SHORT_BREAKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PERIODS_OF_CARE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_FIRST_PERIOD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PUPIL_LINKS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PEOPLE_2_ROWS_WITH_LINKING_FIELD');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PEOPLE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_PUPIL_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KEYS_OF_PUPIL_PERSONS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_RECORDS_2_JANUARY_RETURNS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_INDEX_DATES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_RESIDENCE_2_ROWS_WITH_KEYS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_RESIDENCE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_POPULATION_STEPS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_LIST');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBERS_FRAME');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_RECORDS_3_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_RECORDS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_SCHOOL_CENSUS');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KS4_ATTAINMENT_2_LINKED_PERSON');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KS4_ATTAINMENT_3_YEARS_UNTIL_END');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_KS4_ATTAINMENT');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_GCSE');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_ROWS_MOVES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_ROWS_SCHOOL_BEFORE_ENTRY');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_MEMBER_ENTRIES');
CALL FNC.DROP_IF_EXISTS('SAILW9999V.FIRST_CARE_ENTRY_GCSE_ANALYSIS');
