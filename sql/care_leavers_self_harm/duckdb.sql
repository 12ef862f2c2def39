-- =================================================================================================
-- Study:      care_leavers_self_harm
-- Title:      Self-harm contacts with GPs and hospitals from age 16 to 21 among care leavers
-- Spec:       specs/care_leavers_self_harm.yaml
-- Spec hash:  2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538
-- Statements: 35f1f6bb7adb169f8fe03cd6e646ecd0f7ea77522d39593c27f0ebb83a3c6b45 (SHA-256, without
--             comments and white space)
-- Made by:    Carfan 0.1.0
-- Dialect:    DuckDB
-- Binding:    synthetic
--
-- How it was vetted:
--   Functions, clauses, types and names are limited to a list, and anything else stops the compiler.
--   This text, comments included, is the text that DuckDB runs.
--
-- All results go to one table, results, as true counts: they are not safe to release before
-- disclosure control. Nothing is shown on the screen, and no row of a person leaves the database.
-- =================================================================================================

-- =================================================================================================
-- Parameters
-- =================================================================================================
-- They are set in the spec (specs/care_leavers_self_harm.yaml) and in the binding (synthetic). To
-- change one, change it there and write the script again: edited here, the script would no longer
-- be that of its spec hash.
--
-- Data from:                2005-04-01
-- Data until:               2021-03-31
-- Disclosure policy:        sail
-- Needs people:             Week of birth, sex and death
-- Needs care_episodes:      Who qualifies, and the placement on each day
-- Needs gp_registrations:   GP contacts are seen only while registered with a supplying practice
-- Needs gp_events:          Self-harm codes in GP records
-- Needs hospital_diagnoses: Admissions with a self-harm code in any position
-- Needs residence:          Moving out of Wales ends follow-up
-- Results:                  results
--
-- Tables and columns read:
--   lacw_derived_alf: LACW_LAC_ALF_DERIVED
--       HYBRID_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_SOURCE
--   lacw_alf: LACW_PUPIL_ALF
--       SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   lacw_episodes: LACW_EPISODE_MAIN
--       SYSTEM_ID_PE, HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE, LEGAL_STATUS_CODE, PLACEMENT_TYPE_CODE
--   wdsd_persons: WDSD_AR_PERS
--       PERS_ID_PE, ALF_PE, WOB, DOD, GNDR_CD
--   pedw_spells: PEDW_SPELL
--       PROV_UNIT_CD, SPELL_NUM_PE, ALF_PE, ALF_STS_CD, ADMIS_DT
--   wlgp_registrations: WLGP_CLEAN_GP_REG_MEDIAN
--       ALF_PE, START_DATE, END_DATE, GP_DATA_FLAG
--   wdsd_wales_spells: WDSD_CLEAN_ADD_WALES
--       ALF_PE, START_DATE, END_DATE, WELSH_ADDRESS
--   wlgp_events: WLGP_GP_EVENT_CLEANSED
--       ALF_PE, ALF_STS_CD, EVENT_DT, EVENT_CD
--   pedw_diagnoses: PEDW_DIAG
--       PROV_UNIT_CD, SPELL_NUM_PE, EPI_NUM, DIAG_NUM, DIAG_CD

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: an empty table for results
--    2  list_of_codelists_placement_groups_group: the codelist codelists.placement_groups.group
--    3  care_persons_derived: rows with a linking field from a source that the study uses
--    4  routine_links: rows with a linking field of an accepted match status
--    5  keys_of_routine_links: the smallest and the largest alf that routine_links gives each ...
--    6  care_persons_routine_2_rows_with_keys: rows with a child code and an authority
--    7  care_persons_routine_3_linked_person: the person of each code
--    8  care_persons_routine: one row for each code and person
--    9  care_persons: the improved link, or else the routine one
--   10  keys_of_care_persons: the smallest and the largest person that care_persons gives each ...
--   11  care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day
--   12  care_episodes_3_returns_of_study: returns of the years that the study uses
--   13  care_episodes_4_end_not_before_start: episodes that do not end before they start
--   14  care_episodes_5_linked_person: the person of each code
--   15  care_episodes_6_latest_return_of_person: the latest return of each episode
--   16  care_episodes: the first day outside each episode
--   17  care_without_short_breaks: only rows where (the legal status is missing, or the legal ...
--   18  people_2_rows_with_linking_field: rows with a linking field
--   19  people: the row with the earliest recorded week of birth
--   20  in_care_at_16_or_17: the first row by start date for each person
--   21  hospital_spells_2_accepted_links: rows with a linking field of an accepted match status
--   22  hospital_spells: spells with an admission up to the end of the study's data
--   23  keys_of_hospital_spells: the smallest and the largest person that hospital_spells gives ...
--   24  unit_values: what the index date is worked out from
--   25  index_dates: each person that may enter, with the index date
--   26  hospital_spells_of_population: of the rows of hospital_spells those that belong to the ...
--   27  entries: variables beside each entry
--   28  population_steps: which steps each entry passes, the first that it does not, and how ...
--   29  member_list: the entries that pass every step
--   30  members_frame: what is worked out for each of these entries begins here
--   31  member_rows_hospital_spells: of the rows of hospital_spells those that belong to the ...
--   32  placements: add placement group: what the codelist placement groups.group gives for the ...
--   33  gp_registrations_2_rows_with_keys: rows with a linking field and a first day before the ...
--   34  gp_registrations: registrations of at least one day
--   35  gp_cover: spells of each person joined into one where the next starts at most 30 days ...
--   36  residence_2_rows_with_keys: rows with a linking field and a first day before the end of ...
--   37  residence: spells of at least one day
--   38  home_in_wales: spells of each person joined into one where the next starts at most 30 ...
--   39  gp_events_2_accepted_links: rows with a linking field of an accepted match status
--   40  gp_events: events from 1990 to the end of the study's data
--   41  self_harm_gp: only rows where the code begins with one of TK, U2, 14K1 (the codelist ...
--   42  hospital_diagnosis_rows_2_linked_person: of everybody's rows those that belong to the ...
--   43  hospital_diagnosis_rows: positions that hold a code
--   44  hospital_diagnoses: the day of admission
--   45  self_harm_hospital: only rows where the diagnosis begins with one of X6, X7, X80, X81, ...
--   46  self_harm_contacts: one row for each person and contact date and setting
--   47  member_entries: variables beside each entry
--   48  follow_up: only days that home_in_wales covers
--   49  member_time_1: follow-up cut by Age
--   50  member_time: follow-up cut by Where the young person lives
--   51  member_events_self_harm_contact: the events of Self-harm contacts that count
--   52  analysis: the entries of the cohort with at least one day of follow-up, with all variables
--   53  flow_of_young_people (output): Flow of young people into the cohort
--   54  rates_by_living_arrangement (output): Self-harm contacts by age and where the young ...
--   55  rates_by_sex (output): Self-harm contacts by sex and where the young person lives
--   56  linkage_of_care_persons_routine (output): keys of care_persons_routine that the map ...
--   57  linkage_of_care_episodes (output): keys of care_episodes that the map brings to a person
--   58  linkage_of_hospital_diagnosis_rows (output): keys of hospital_diagnosis_rows that the ...

-- =================================================================================================
-- 1. prepare
-- =================================================================================================
-- An empty table for results.
--
-- results: one row for each count or number of an output
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
--   count:                 entries, sets or links in a cell
--   events:                events in follow-up
--   events_of:             events in follow-up by the value of the event (layer_value)
--   people:                different units under observation
--   people_with_events:    different units with such an event
--   people_with_events_of: different units with an event of that value
--   person_days:           days of follow-up
--   remaining:             entries left after a step of the flow
--   without_step:          entries that pass all other steps of the flow, whatever this step says

CREATE OR REPLACE TEMP TABLE results (
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
-- 2. list_of_codelists_placement_groups_group
-- =================================================================================================
-- The codelist codelists.placement_groups.group.
--   specs/care_leavers_self_harm.yaml:52

CREATE OR REPLACE TEMP TABLE list_of_codelists_placement_groups_group AS
SELECT code, meaning
FROM (
    VALUES ('F1', 'kinship foster care'), ('F2', 'other foster care'), ('F3', 'other foster care'),
    ('F4', 'kinship foster care'), ('F5', 'other foster care'), ('F6', 'other foster care'),
    ('A1', 'placed for adoption'), ('A2', 'placed for adoption'), ('A3', 'placed for adoption'),
    ('A4', 'placed for adoption'), ('A5', 'placed for adoption'), ('A6', 'placed for adoption'),
    ('A8', 'placed for adoption'), ('P1', 'with parents'), ('P2', 'independent living'),
    ('P3', 'independent living'), ('H1', 'residential care'), ('H2', 'residential care'),
    ('H21', 'residential care'), ('H22', 'residential care'), ('H3', 'residential care'),
    ('H4', 'residential care'), ('H5', 'residential care'), ('R1', 'residential care'),
    ('R2', 'residential care'), ('R3', 'residential care'), ('R4', 'residential care'),
    ('R5', 'residential care'), ('S1', 'residential care'), ('M1', 'other placement'),
    ('M2', 'other placement'), ('M3', 'other placement'), ('Z1', 'other placement')
) AS given_rows (code, meaning);

-- =================================================================================================
-- 3. care_persons_derived
-- =================================================================================================
-- Rows with a linking field from a source that the study uses. Improved links are chosen by their
-- source. Those from courts, births and GP records carry no match status, so that a filter on it
-- would drop them. Improved links come first. They were added only where routine matching gave
-- none.
--   catalogue/lacw.yaml:477

CREATE OR REPLACE TEMP VIEW care_persons_derived AS
WITH
-- care_persons_derived_1_as_held: Improved linking fields, and the unified child behind re-keyed
--   codes, with any codes trimmed and in upper case, and blank codes missing
--   catalogue/lacw.yaml:457
care_persons_derived_1_as_held AS (
    SELECT
        HYBRID_ID_PE AS hybrid_id,
        LOCAL_AUTHORITY_CODE AS local_authority,
        ALF_PE AS alf,
        UPPER(
            CASE
                WHEN ALF_SOURCE LIKE ' %' OR ALF_SOURCE LIKE '% ' THEN NULLIF(TRIM(ALF_SOURCE, ' '), '')
                WHEN ALF_SOURCE <> '' THEN ALF_SOURCE
            END
        ) AS alf_source
    FROM LACW_LAC_ALF_DERIVED AS lacw_derived_alf
),
-- care_persons_derived_2_improved_links: rows with a linking field from a source that the study
--   uses. Improved links are chosen by their source. Those from courts, births and GP records carry
--   no match status, so that a filter on it would drop them.
--   catalogue/lacw.yaml:465
care_persons_derived_2_improved_links AS (
    SELECT hybrid_id, local_authority, alf, alf_source
    FROM care_persons_derived_1_as_held
    WHERE hybrid_id IS NOT NULL AND alf IS NOT NULL AND alf_source IN ('CRCS', 'CINW', 'EDUW')
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

-- =================================================================================================
-- 4. routine_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be.
--   catalogue/lacw.yaml:428

CREATE OR REPLACE TEMP VIEW routine_links AS
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
    FROM LACW_PUPIL_ALF AS lacw_alf
)
-- routine_links: rows with a linking field of an accepted match status. The study says how sure a
--   routine match must be.
SELECT system_id, local_authority, alf, match_status
FROM routine_links_1_as_held
WHERE alf IS NOT NULL AND match_status IN (1, 4, 39);

-- =================================================================================================
-- 5. keys_of_routine_links
-- =================================================================================================
-- The smallest and the largest alf that routine_links gives each system_id.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/lacw.yaml:428

CREATE OR REPLACE TEMP TABLE keys_of_routine_links AS
SELECT system_id, local_authority, MIN(alf) AS first_unit, MAX(alf) AS last_unit
FROM routine_links
WHERE system_id IS NOT NULL AND local_authority IS NOT NULL AND alf IS NOT NULL
GROUP BY system_id, local_authority;

-- =================================================================================================
-- 6. care_persons_routine_2_rows_with_keys
-- =================================================================================================
-- Rows with a child code and an authority. The table of routine links knows a child only by the
-- authority's own code, which is unique within it.
--   catalogue/lacw.yaml:440

CREATE OR REPLACE TEMP VIEW care_persons_routine_2_rows_with_keys AS
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
        UPPER(
            CASE
                WHEN LEGAL_STATUS_CODE LIKE ' %'
                    OR LEGAL_STATUS_CODE LIKE '% '
                    THEN NULLIF(TRIM(LEGAL_STATUS_CODE, ' '), '')
                WHEN LEGAL_STATUS_CODE <> '' THEN LEGAL_STATUS_CODE
            END
        ) AS legal_status,
        UPPER(
            CASE
                WHEN PLACEMENT_TYPE_CODE LIKE ' %'
                    OR PLACEMENT_TYPE_CODE LIKE '% '
                    THEN NULLIF(TRIM(PLACEMENT_TYPE_CODE, ' '), '')
                WHEN PLACEMENT_TYPE_CODE <> '' THEN PLACEMENT_TYPE_CODE
            END
        ) AS placement_type
    FROM LACW_EPISODE_MAIN AS lacw_episodes
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
    legal_status,
    placement_type
FROM care_persons_routine_1_as_held
WHERE hybrid_id IS NOT NULL AND system_id IS NOT NULL AND local_authority IS NOT NULL;

-- =================================================================================================
-- 7. care_persons_routine_3_linked_person
-- =================================================================================================
-- The person of each code. Codes without an accepted link belong to nobody who can be followed.
--   catalogue/lacw.yaml:444

CREATE OR REPLACE TEMP VIEW care_persons_routine_3_linked_person AS
SELECT
    unit_map.first_unit AS person,
    each_row.system_id,
    each_row.hybrid_id,
    each_row.year_code,
    each_row.local_authority,
    each_row.episode_number,
    each_row.start_date,
    each_row.end_date,
    each_row.legal_status,
    each_row.placement_type
FROM care_persons_routine_2_rows_with_keys AS each_row
JOIN keys_of_routine_links AS unit_map
    ON unit_map.system_id = each_row.system_id
    AND unit_map.local_authority = each_row.local_authority;

-- =================================================================================================
-- 8. care_persons_routine
-- =================================================================================================
-- One row for each code and person. A code stands in every return and episode of its child. Routine
-- links come second. Improved links were added only where routine matching gave none.
--   catalogue/lacw.yaml:452

CREATE OR REPLACE TEMP VIEW care_persons_routine AS
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
        legal_status,
        placement_type,
        ROW_NUMBER() OVER (
            PARTITION BY person, hybrid_id
            ORDER BY local_authority ASC NULLS LAST, year_code ASC NULLS LAST, episode_number ASC NULLS LAST,
                system_id ASC NULLS LAST, start_date ASC NULLS LAST, end_date ASC NULLS LAST,
                legal_status ASC NULLS LAST, placement_type ASC NULLS LAST
        ) AS place_in_order
    FROM care_persons_routine_3_linked_person
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
        legal_status,
        placement_type
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
    legal_status,
    placement_type,
    2 AS order_of_link
FROM care_persons_routine_4_one_row_for_each_code;

-- =================================================================================================
-- 9. care_persons
-- =================================================================================================
-- The improved link, or else the routine one. Improved links were added only where routine matching
-- gave none.
--   catalogue/lacw.yaml:489

CREATE OR REPLACE TEMP VIEW care_persons AS
WITH
-- care_persons_1_as_held: the rows of care persons derived and care persons routine together
--   catalogue/lacw.yaml:482
care_persons_1_as_held AS (
    SELECT hybrid_id, local_authority, person, order_of_link, 1 AS part_number
    FROM care_persons_derived
    UNION ALL
    SELECT hybrid_id, local_authority, person, order_of_link, 2 AS part_number
    FROM care_persons_routine
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

-- =================================================================================================
-- 10. keys_of_care_persons
-- =================================================================================================
-- The smallest and the largest person that care_persons gives each hybrid_id.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/lacw.yaml:489

CREATE OR REPLACE TEMP TABLE keys_of_care_persons AS
SELECT hybrid_id, MIN(person) AS first_unit, MAX(person) AS last_unit
FROM care_persons
WHERE hybrid_id IS NOT NULL AND person IS NOT NULL
GROUP BY hybrid_id;

-- =================================================================================================
-- 11. care_episodes_2_rows_with_keys
-- =================================================================================================
-- Rows with a child code, an authority and a first day. Rows without them cannot be placed.
--   catalogue/lacw.yaml:531

CREATE OR REPLACE TEMP VIEW care_episodes_2_rows_with_keys AS
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
        UPPER(
            CASE
                WHEN LEGAL_STATUS_CODE LIKE ' %'
                    OR LEGAL_STATUS_CODE LIKE '% '
                    THEN NULLIF(TRIM(LEGAL_STATUS_CODE, ' '), '')
                WHEN LEGAL_STATUS_CODE <> '' THEN LEGAL_STATUS_CODE
            END
        ) AS legal_status,
        UPPER(
            CASE
                WHEN PLACEMENT_TYPE_CODE LIKE ' %'
                    OR PLACEMENT_TYPE_CODE LIKE '% '
                    THEN NULLIF(TRIM(PLACEMENT_TYPE_CODE, ' '), '')
                WHEN PLACEMENT_TYPE_CODE <> '' THEN PLACEMENT_TYPE_CODE
            END
        ) AS placement_type
    FROM LACW_EPISODE_MAIN AS lacw_episodes
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
    legal_status,
    placement_type
FROM care_episodes_1_as_held
WHERE hybrid_id IS NOT NULL AND local_authority IS NOT NULL AND start_date IS NOT NULL;

-- =================================================================================================
-- 12. care_episodes_3_returns_of_study
-- =================================================================================================
-- Returns of the years that the study uses. The study says from when and until when it uses data.
--   catalogue/lacw.yaml:535

CREATE OR REPLACE TEMP VIEW care_episodes_3_returns_of_study AS
SELECT
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    legal_status,
    placement_type
FROM care_episodes_2_rows_with_keys
WHERE year_code >= 200506 AND year_code <= 202021;

-- =================================================================================================
-- 13. care_episodes_4_end_not_before_start
-- =================================================================================================
-- Episodes that do not end before they start. A reversed episode has an error in one of its dates.
--   catalogue/lacw.yaml:539

CREATE OR REPLACE TEMP VIEW care_episodes_4_end_not_before_start AS
SELECT
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    legal_status,
    placement_type
FROM care_episodes_3_returns_of_study
WHERE end_date IS NULL OR end_date >= start_date;

-- =================================================================================================
-- 14. care_episodes_5_linked_person
-- =================================================================================================
-- The person of each code. Children without an accepted link cannot be followed in other data.
--   catalogue/lacw.yaml:548

CREATE OR REPLACE TEMP VIEW care_episodes_5_linked_person AS
SELECT
    unit_map.first_unit AS person,
    each_row.system_id,
    each_row.hybrid_id,
    each_row.year_code,
    each_row.local_authority,
    each_row.episode_number,
    each_row.start_date,
    each_row.end_date,
    each_row.legal_status,
    each_row.placement_type
FROM care_episodes_4_end_not_before_start AS each_row
JOIN keys_of_care_persons AS unit_map ON unit_map.hybrid_id = each_row.hybrid_id;

-- =================================================================================================
-- 15. care_episodes_6_latest_return_of_person
-- =================================================================================================
-- The latest return of each episode. An episode that crosses 31 March is returned again each year
-- with the same first day.
--   catalogue/lacw.yaml:559

CREATE OR REPLACE TEMP VIEW care_episodes_6_latest_return_of_person AS
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
        legal_status,
        placement_type,
        ROW_NUMBER() OVER (
            PARTITION BY person, start_date
            ORDER BY year_code DESC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                episode_number ASC NULLS LAST, system_id ASC NULLS LAST, end_date ASC NULLS LAST,
                legal_status ASC NULLS LAST, placement_type ASC NULLS LAST
        ) AS place_in_order
    FROM care_episodes_5_linked_person
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
    legal_status,
    placement_type
FROM care_episodes_6_latest_return_of_person_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 16. care_episodes
-- =================================================================================================
-- The first day outside each episode. The recorded end is a day in the episode, and missing ends
-- are filled by rule.
--   catalogue/lacw.yaml:565

CREATE OR REPLACE TEMP VIEW care_episodes AS
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
        legal_status,
        placement_type,
        LEAD(start_date) OVER (PARTITION BY person ORDER BY start_date ASC NULLS LAST) AS next_start,
        MAX(year_code) OVER (PARTITION BY person) AS last_return
    FROM care_episodes_6_latest_return_of_person
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
    legal_status,
    placement_type,
    CASE
        WHEN end_date = next_start THEN end_date
        WHEN end_date IS NOT NULL THEN CAST(end_date + to_days(1) AS DATE)
        WHEN next_start IS NOT NULL THEN next_start
        WHEN last_return < 202021 THEN make_date((last_return // 100) + 1, 4, 1)
        ELSE DATE '2021-04-01'
    END AS until,
    CASE WHEN end_date IS NULL AND (next_start IS NOT NULL OR last_return < 202021) THEN 1 ELSE 0 END
        AS end_assumed
FROM care_episodes_beside_next;

-- =================================================================================================
-- 17. care_without_short_breaks
-- =================================================================================================
-- Only rows where (the legal status is missing, or the legal status is none of V1 (agreed series of
-- short-term breaks) (the codelist short breaks)).
--   Why: Short breaks (respite) do not count towards the thirteen weeks.
--   specs/care_leavers_self_harm.yaml:41

CREATE OR REPLACE TEMP TABLE care_without_short_breaks AS
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    legal_status,
    placement_type,
    until,
    end_assumed
FROM care_episodes
WHERE legal_status IS NULL OR NOT legal_status IN ('V1');

-- =================================================================================================
-- 18. people_2_rows_with_linking_field
-- =================================================================================================
-- Rows with a linking field. A row without one cannot be joined to other data.
--   catalogue/wdsd.yaml:381

CREATE OR REPLACE TEMP VIEW people_2_rows_with_linking_field AS
WITH
-- people_1_as_held: Each person ever registered with a Welsh GP since about 1990, with any codes
--   trimmed and in upper case, and blank codes missing
--   catalogue/wdsd.yaml:374
people_1_as_held AS (
    SELECT
        PERS_ID_PE AS demographic_id,
        ALF_PE AS alf,
        WOB AS week_of_birth,
        DOD AS death_date,
        GNDR_CD AS sex
    FROM WDSD_AR_PERS AS wdsd_persons
)
-- people_2_rows_with_linking_field: rows with a linking field. A row without one cannot be joined
--   to other data.
SELECT demographic_id, alf, week_of_birth, death_date, sex
FROM people_1_as_held
WHERE alf IS NOT NULL;

-- =================================================================================================
-- 19. people
-- =================================================================================================
-- The row with the earliest recorded week of birth. The service can hold a person twice.
--   catalogue/wdsd.yaml:397

CREATE OR REPLACE TEMP TABLE people AS
WITH
-- people_3_person_column: the linking field as the person. The unit of the study is the person.
--   catalogue/wdsd.yaml:385
people_3_person_column AS (
    SELECT demographic_id, alf AS person, week_of_birth, death_date, sex
    FROM people_2_rows_with_linking_field
),
-- people_5_order_of_rows: rows with a recorded week of birth before those without. A person without
--   a week of birth is kept too, for the sex is known.
--   catalogue/wdsd.yaml:393
people_5_order_of_rows AS (
    SELECT
        demographic_id,
        person,
        week_of_birth,
        death_date,
        sex,
        COALESCE(week_of_birth, DATE '9999-12-31') AS order_of_row
    FROM people_3_person_column
),
-- people_in_order: number the rows of each person
people_in_order AS (
    SELECT
        demographic_id,
        person,
        week_of_birth,
        death_date,
        sex,
        order_of_row,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY order_of_row ASC NULLS LAST, demographic_id ASC NULLS LAST, week_of_birth ASC NULLS LAST,
                death_date ASC NULLS LAST, sex ASC NULLS LAST
        ) AS place_in_order
    FROM people_5_order_of_rows
    WHERE order_of_row IS NOT NULL
)
-- people: the row with the earliest recorded week of birth. The service can hold a person twice.
SELECT demographic_id, person, week_of_birth, death_date, sex, order_of_row
FROM people_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 20. in_care_at_16_or_17
-- =================================================================================================
-- The first row by start date for each person.
--   Why: Everyone with a day of care between the 16th and the 18th birthday.
--   specs/care_leavers_self_harm.yaml:47

CREATE OR REPLACE TEMP TABLE in_care_at_16_or_17 AS
WITH
-- in_care_at_16_or_17_1_where: only rows where (the start date is before the birthday 18 years
--   after the week of birth of the people, and the first day outside is after the birthday 16 years
--   after the week of birth of the people)
--   specs/care_leavers_self_harm.yaml:46
in_care_at_16_or_17_1_where AS (
    SELECT
        care_without_short_breaks.person,
        care_without_short_breaks.system_id,
        care_without_short_breaks.hybrid_id,
        care_without_short_breaks.year_code,
        care_without_short_breaks.local_authority,
        care_without_short_breaks.episode_number,
        care_without_short_breaks.start_date,
        care_without_short_breaks.end_date,
        care_without_short_breaks.legal_status,
        care_without_short_breaks.placement_type,
        care_without_short_breaks.until,
        care_without_short_breaks.end_assumed
    FROM care_without_short_breaks
    LEFT JOIN people ON people.person = care_without_short_breaks.person
    WHERE care_without_short_breaks.start_date < CASE
        WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
            THEN CAST(
                CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(18) AS DATE) + to_days(1)
                    AS DATE
            )
        ELSE CAST(people.week_of_birth + to_years(18) AS DATE)
    END
        AND care_without_short_breaks.until > CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(16) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(16) AS DATE)
        END
),
-- in_care_at_16_or_17_in_order: number the rows of each person
in_care_at_16_or_17_in_order AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        legal_status,
        placement_type,
        until,
        end_assumed,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                year_code ASC NULLS LAST, episode_number ASC NULLS LAST, system_id ASC NULLS LAST,
                end_date ASC NULLS LAST, legal_status ASC NULLS LAST, placement_type ASC NULLS LAST,
                until ASC NULLS LAST, end_assumed ASC NULLS LAST
        ) AS place_in_order
    FROM in_care_at_16_or_17_1_where
    WHERE start_date IS NOT NULL
)
-- in_care_at_16_or_17: the first row by start date for each person
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    legal_status,
    placement_type,
    until,
    end_assumed
FROM in_care_at_16_or_17_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 21. hospital_spells_2_accepted_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be.
--   catalogue/pedw.yaml:194

CREATE OR REPLACE TEMP VIEW hospital_spells_2_accepted_links AS
WITH
-- hospital_spells_1_as_held: Hospital spells, with any codes trimmed and in upper case, and blank
--   codes missing
--   catalogue/pedw.yaml:187
hospital_spells_1_as_held AS (
    SELECT
        UPPER(
            CASE
                WHEN PROV_UNIT_CD LIKE ' %' OR PROV_UNIT_CD LIKE '% ' THEN NULLIF(TRIM(PROV_UNIT_CD, ' '), '')
                WHEN PROV_UNIT_CD <> '' THEN PROV_UNIT_CD
            END
        ) AS provider_unit,
        SPELL_NUM_PE AS spell_number,
        ALF_PE AS alf,
        UPPER(
            CASE
                WHEN ALF_STS_CD LIKE ' %' OR ALF_STS_CD LIKE '% ' THEN NULLIF(TRIM(ALF_STS_CD, ' '), '')
                WHEN ALF_STS_CD <> '' THEN ALF_STS_CD
            END
        ) AS match_status,
        ADMIS_DT AS admission_date
    FROM PEDW_SPELL AS pedw_spells
)
-- hospital_spells_2_accepted_links: rows with a linking field of an accepted match status. The
--   study says how sure a routine match must be.
SELECT provider_unit, spell_number, alf, match_status, admission_date
FROM hospital_spells_1_as_held
WHERE alf IS NOT NULL AND match_status IN ('1', '4', '39');

-- =================================================================================================
-- 22. hospital_spells
-- =================================================================================================
-- Spells with an admission up to the end of the study's data. An admission without a date cannot be
-- placed. The linking field as the person. The unit of the study is the person.
--   catalogue/pedw.yaml:202

CREATE OR REPLACE TEMP TABLE hospital_spells AS
WITH
-- hospital_spells_3_rows_with_date: spells with an admission up to the end of the study's data. An
--   admission without a date cannot be placed.
--   catalogue/pedw.yaml:198
hospital_spells_3_rows_with_date AS (
    SELECT provider_unit, spell_number, alf, match_status, admission_date
    FROM hospital_spells_2_accepted_links
    WHERE admission_date IS NOT NULL AND admission_date <= DATE '2021-03-31'
)
-- hospital_spells: spells with an admission up to the end of the study's data. An admission without
--   a date cannot be placed. The linking field as the person. The unit of the study is the person.
SELECT provider_unit, spell_number, alf AS person, match_status, admission_date
FROM hospital_spells_3_rows_with_date;

-- =================================================================================================
-- 23. keys_of_hospital_spells
-- =================================================================================================
-- The smallest and the largest person that hospital_spells gives each spell_number.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/pedw.yaml:202

CREATE OR REPLACE TEMP TABLE keys_of_hospital_spells AS
SELECT spell_number, provider_unit, MIN(person) AS first_unit, MAX(person) AS last_unit
FROM hospital_spells
WHERE spell_number IS NOT NULL AND provider_unit IS NOT NULL AND person IS NOT NULL
GROUP BY spell_number, provider_unit;

-- =================================================================================================
-- 24. unit_values
-- =================================================================================================
-- What the index date is worked out from.
--   specs/care_leavers_self_harm.yaml:83

CREATE OR REPLACE TEMP TABLE unit_values AS
WITH
-- unit_values_units: each person that may enter
--   specs/care_leavers_self_harm.yaml:83
unit_values_units AS (
    SELECT person
    FROM in_care_at_16_or_17
    WHERE person IS NOT NULL
    GROUP BY person
),
-- first_day_in_care_from_16_periods: the periods to look at, each once
first_day_in_care_from_16_periods AS (
    SELECT
        DISTINCT unit_values_units.person,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(16) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(16) AS DATE)
        END AS covered_from,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(18) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(18) AS DATE)
        END AS covered_until
    FROM unit_values_units
    LEFT JOIN people ON people.person = unit_values_units.person
),
-- first_day_in_care_from_16_first_day_covered_spells: the days of care_without_short_breaks within
--   each period
first_day_in_care_from_16_first_day_covered_spells AS (
    SELECT
        first_day_in_care_from_16_periods.person,
        first_day_in_care_from_16_periods.covered_from,
        first_day_in_care_from_16_periods.covered_until,
        CASE
            WHEN care_without_short_breaks.start_date > first_day_in_care_from_16_periods.covered_from
                THEN care_without_short_breaks.start_date
            ELSE first_day_in_care_from_16_periods.covered_from
        END AS spell_start,
        CASE
            WHEN care_without_short_breaks.until < first_day_in_care_from_16_periods.covered_until
                THEN care_without_short_breaks.until
            ELSE first_day_in_care_from_16_periods.covered_until
        END AS spell_until
    FROM first_day_in_care_from_16_periods
    JOIN care_without_short_breaks
        ON first_day_in_care_from_16_periods.person = care_without_short_breaks.person
    WHERE care_without_short_breaks.start_date < care_without_short_breaks.until
        AND first_day_in_care_from_16_periods.covered_from < care_without_short_breaks.until
        AND care_without_short_breaks.start_date < first_day_in_care_from_16_periods.covered_until
        AND first_day_in_care_from_16_periods.covered_from < first_day_in_care_from_16_periods.covered_until
),
-- first_day_in_care_from_16_first_day_covered: the first covered day of each period
first_day_in_care_from_16_first_day_covered AS (
    SELECT person, covered_from, covered_until, MIN(spell_start) AS answer
    FROM first_day_in_care_from_16_first_day_covered_spells
    GROUP BY person, covered_from, covered_until
),
-- first_day_in_care_from_16: First day in care at 16 or 17
--   specs/care_leavers_self_harm.yaml:102
first_day_in_care_from_16 AS (
    SELECT
        unit_values_units.person,
        first_day_in_care_from_16_first_day_covered.answer AS first_day_in_care_from_16
    FROM unit_values_units
    LEFT JOIN people ON people.person = unit_values_units.person
    LEFT JOIN first_day_in_care_from_16_first_day_covered
        ON first_day_in_care_from_16_first_day_covered.person = unit_values_units.person
        AND first_day_in_care_from_16_first_day_covered.covered_from = CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(16) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(16) AS DATE)
        END
        AND first_day_in_care_from_16_first_day_covered.covered_until = CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(18) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(18) AS DATE)
        END
),
-- thirteen_weeks_reached_periods: the periods to look at, each once
thirteen_weeks_reached_periods AS (
    SELECT
        DISTINCT unit_values_units.person,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(14) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(14) AS DATE)
        END AS covered_from
    FROM unit_values_units
    LEFT JOIN people ON people.person = unit_values_units.person
),
-- thirteen_weeks_reached_day_reached_spells: the days of care_without_short_breaks within each
--   period
thirteen_weeks_reached_day_reached_spells AS (
    SELECT
        thirteen_weeks_reached_periods.person,
        thirteen_weeks_reached_periods.covered_from,
        CASE
            WHEN care_without_short_breaks.start_date > thirteen_weeks_reached_periods.covered_from
                THEN care_without_short_breaks.start_date
            ELSE thirteen_weeks_reached_periods.covered_from
        END AS spell_start,
        care_without_short_breaks.until AS spell_until
    FROM thirteen_weeks_reached_periods
    JOIN care_without_short_breaks ON thirteen_weeks_reached_periods.person = care_without_short_breaks.person
    WHERE care_without_short_breaks.start_date < care_without_short_breaks.until
        AND thirteen_weeks_reached_periods.covered_from < care_without_short_breaks.until
),
-- thirteen_weeks_reached_day_reached_reach: how far the spells that started earlier reach
thirteen_weeks_reached_day_reached_reach AS (
    SELECT
        person,
        covered_from,
        spell_start,
        spell_until,
        MAX(spell_until) OVER (
            PARTITION BY person, covered_from
            ORDER BY spell_start ASC NULLS LAST, spell_until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS until_before
    FROM thirteen_weeks_reached_day_reached_spells
),
-- thirteen_weeks_reached_day_reached_new: the days of each spell that no earlier one covers
thirteen_weeks_reached_day_reached_new AS (
    SELECT
        person,
        covered_from,
        CASE WHEN until_before > spell_start THEN until_before ELSE spell_start END AS first_new_day,
        date_diff(
            'day', CASE WHEN until_before > spell_start THEN until_before ELSE spell_start END, spell_until
        ) AS new_days
    FROM thirteen_weeks_reached_day_reached_reach
    WHERE until_before IS NULL OR until_before < spell_until
),
-- thirteen_weeks_reached_day_reached_so_far: how many days are covered up to the end of each spell
thirteen_weeks_reached_day_reached_so_far AS (
    SELECT
        person,
        covered_from,
        first_new_day,
        new_days,
        SUM(new_days) OVER (
            PARTITION BY person, covered_from
            ORDER BY first_new_day ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS days_so_far
    FROM thirteen_weeks_reached_day_reached_new
),
-- thirteen_weeks_reached_day_reached: the covered day that is number 91
thirteen_weeks_reached_day_reached AS (
    SELECT
        person,
        covered_from,
        CAST(first_new_day + to_days(CAST((90 - (days_so_far - new_days)) AS INTEGER)) AS DATE) AS answer
    FROM thirteen_weeks_reached_day_reached_so_far
    WHERE days_so_far - new_days < 91 AND 91 <= days_so_far
),
-- thirteen_weeks_reached: Day on which thirteen weeks of care since the 14th birthday are reached
--   specs/care_leavers_self_harm.yaml:105
thirteen_weeks_reached AS (
    SELECT unit_values_units.person, thirteen_weeks_reached_day_reached.answer AS thirteen_weeks_reached
    FROM unit_values_units
    LEFT JOIN people ON people.person = unit_values_units.person
    LEFT JOIN thirteen_weeks_reached_day_reached
        ON thirteen_weeks_reached_day_reached.person = unit_values_units.person
        AND thirteen_weeks_reached_day_reached.covered_from = CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(14) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(14) AS DATE)
        END
),
-- qualified_on: First day on which both conditions hold
--   specs/care_leavers_self_harm.yaml:108
qualified_on AS (
    SELECT
        unit_values_units.person,
        CASE
            WHEN first_day_in_care_from_16.first_day_in_care_from_16 IS NOT NULL
                AND thirteen_weeks_reached.thirteen_weeks_reached IS NOT NULL
                THEN GREATEST(
                    first_day_in_care_from_16.first_day_in_care_from_16,
                    thirteen_weeks_reached.thirteen_weeks_reached
                )
        END AS qualified_on
    FROM unit_values_units
    LEFT JOIN first_day_in_care_from_16 ON first_day_in_care_from_16.person = unit_values_units.person
    LEFT JOIN thirteen_weeks_reached ON thirteen_weeks_reached.person = unit_values_units.person
)
-- unit_values: what the index date is worked out from
SELECT
    unit_values_units.person,
    first_day_in_care_from_16.first_day_in_care_from_16,
    thirteen_weeks_reached.thirteen_weeks_reached,
    qualified_on.qualified_on
FROM unit_values_units
LEFT JOIN first_day_in_care_from_16 ON first_day_in_care_from_16.person = unit_values_units.person
LEFT JOIN thirteen_weeks_reached ON thirteen_weeks_reached.person = unit_values_units.person
LEFT JOIN qualified_on ON qualified_on.person = unit_values_units.person;

-- =================================================================================================
-- 25. index_dates
-- =================================================================================================
-- Each person that may enter, with the index date.
--   specs/care_leavers_self_harm.yaml:83

CREATE OR REPLACE TEMP TABLE index_dates AS
SELECT in_care_at_16_or_17.person, unit_values.qualified_on AS index_date
FROM in_care_at_16_or_17
LEFT JOIN unit_values ON unit_values.person = in_care_at_16_or_17.person
WHERE in_care_at_16_or_17.person IS NOT NULL AND unit_values.qualified_on IS NOT NULL;

-- =================================================================================================
-- 26. hospital_spells_of_population
-- =================================================================================================
-- Of the rows of hospital_spells those that belong to the population.
--   Why: Later steps read no others.
--   catalogue/pedw.yaml:202

CREATE OR REPLACE TEMP VIEW hospital_spells_of_population AS
SELECT provider_unit, spell_number, person, match_status, admission_date
FROM hospital_spells
WHERE person IN (
    SELECT person
    FROM index_dates
);

-- =================================================================================================
-- 27. entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/care_leavers_self_harm.yaml:83

CREATE OR REPLACE TEMP TABLE entries AS
SELECT index_dates.person, index_dates.index_date, unit_values.qualified_on
FROM index_dates
LEFT JOIN unit_values ON unit_values.person = index_dates.person;

-- =================================================================================================
-- 28. population_steps
-- =================================================================================================
-- Which steps each entry passes, the first that it does not, and how many it does not.
--   specs/care_leavers_self_harm.yaml:83
-- turned_16_in_study_years: the birthday 16 years after the week of birth of the people falls from
--   1 April 2010 through 31 March 2021
--   specs/care_leavers_self_harm.yaml:86
-- qualified_before_18: “First day on which both conditions hold” is before the birthday 18 years
--   after the week of birth of the people
--   Why: A care leaver has had thirteen weeks of care since the 14th birthday and is in care at 16 or
--     17 (section 104 of the Social Services and Well-being (Wales) Act 2014). Both must hold before
--     adulthood.
--   specs/care_leavers_self_harm.yaml:88

CREATE OR REPLACE TEMP TABLE population_steps AS
WITH
-- population_steps_flagged: 1 where the condition of a step is true, else 0
population_steps_flagged AS (
    SELECT
        entries.person,
        entries.index_date,
        CASE
            WHEN DATE '2010-04-01' <= CASE
                WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                    THEN CAST(
                        CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(16) AS DATE)
                            + to_days(1) AS DATE
                    )
                ELSE CAST(people.week_of_birth + to_years(16) AS DATE)
            END
                AND CASE
                    WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                        THEN CAST(
                            CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(16) AS DATE)
                                + to_days(1) AS DATE
                        )
                    ELSE CAST(people.week_of_birth + to_years(16) AS DATE)
                END <= DATE '2021-03-31'
                THEN 1
            ELSE 0
        END AS turned_16_in_study_years,
        CASE
            WHEN entries.qualified_on < CASE
                WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                    THEN CAST(
                        CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(18) AS DATE)
                            + to_days(1) AS DATE
                    )
                ELSE CAST(people.week_of_birth + to_years(18) AS DATE)
            END
                THEN 1
            ELSE 0
        END AS qualified_before_18
    FROM entries
    LEFT JOIN people ON people.person = entries.person
)
-- population_steps: which steps each entry passes, the first that it does not, and how many it does
--   not
SELECT
    person,
    index_date,
    turned_16_in_study_years,
    qualified_before_18,
    CASE WHEN turned_16_in_study_years = 0 THEN 1 WHEN qualified_before_18 = 0 THEN 2 ELSE 0 END
        AS stopped_at,
    2 - (turned_16_in_study_years + qualified_before_18) AS steps_failed
FROM population_steps_flagged;

-- =================================================================================================
-- 29. member_list
-- =================================================================================================
-- The entries that pass every step.
--   specs/care_leavers_self_harm.yaml:83

CREATE OR REPLACE TEMP TABLE member_list AS
SELECT person, index_date
FROM population_steps
WHERE stopped_at = 0;

-- =================================================================================================
-- 30. members_frame
-- =================================================================================================
-- What is worked out for each of these entries begins here.
--   specs/care_leavers_self_harm.yaml:83

CREATE OR REPLACE TEMP TABLE members_frame AS
SELECT person, index_date
FROM member_list
GROUP BY person, index_date;

-- =================================================================================================
-- 31. member_rows_hospital_spells
-- =================================================================================================
-- Of the rows of hospital_spells those that belong to the members.
--   Why: Later steps read no others.
--   catalogue/pedw.yaml:202

CREATE OR REPLACE TEMP VIEW member_rows_hospital_spells AS
SELECT provider_unit, spell_number, person, match_status, admission_date
FROM hospital_spells_of_population
WHERE person IN (
    SELECT person
    FROM members_frame
);

-- =================================================================================================
-- 32. placements
-- =================================================================================================
-- Add placement group: what the codelist placement groups.group gives for the placement type:
-- “kinship foster care” for F1, F4, “other foster care” for F2, F3, F5, F6, “placed for adoption”
-- for A1, A2, A3, A4, A5, A6, A8, “with parents” for P1, “independent living” for P2, P3,
-- “residential care” for H1, H2, H21, H22, H3, H4, H5, R1, R2, R3, R4, R5, S1, “other placement”
-- for M1, M2, M3, Z1.
--   specs/care_leavers_self_harm.yaml:52

CREATE OR REPLACE TEMP TABLE placements AS
WITH
-- member_rows_placements_input: of the rows of care_without_short_breaks those that belong to the
--   members
--   Why: Later steps read no others.
--   specs/care_leavers_self_harm.yaml:52
member_rows_placements_input AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        legal_status,
        placement_type,
        until,
        end_assumed
    FROM care_without_short_breaks
    WHERE person IN (
        SELECT person
        FROM members_frame
    )
)
-- placements: add placement group: what the codelist placement groups.group gives for the placement
--   type: “kinship foster care” for F1, F4, “other foster care” for F2, F3, F5, F6, “placed for
--   adoption” for A1, A2, A3, A4, A5, A6, A8, “with parents” for P1, “independent living” for P2,
--   P3, “residential care” for H1, H2, H21, H22, H3, H4, H5, R1, R2, R3, R4, R5, S1, “other
--   placement” for M1, M2, M3, Z1
SELECT
    member_rows_placements_input.person,
    member_rows_placements_input.system_id,
    member_rows_placements_input.hybrid_id,
    member_rows_placements_input.year_code,
    member_rows_placements_input.local_authority,
    member_rows_placements_input.episode_number,
    member_rows_placements_input.start_date,
    member_rows_placements_input.end_date,
    member_rows_placements_input.legal_status,
    member_rows_placements_input.placement_type,
    member_rows_placements_input.until,
    member_rows_placements_input.end_assumed,
    list_of_codelists_placement_groups_group.meaning AS placement_group
FROM member_rows_placements_input
LEFT JOIN list_of_codelists_placement_groups_group
    ON list_of_codelists_placement_groups_group.code = member_rows_placements_input.placement_type;

-- =================================================================================================
-- 33. gp_registrations_2_rows_with_keys
-- =================================================================================================
-- Rows with a linking field and a first day before the end of the study's data. Rows without them
-- cannot be placed.
--   catalogue/wlgp.yaml:201

CREATE OR REPLACE TEMP VIEW gp_registrations_2_rows_with_keys AS
WITH
-- gp_registrations_1_as_held_of_everybody: Spells of registration with a practice, cleaned, with
--   any codes trimmed and in upper case, and blank codes missing
--   catalogue/wlgp.yaml:193
gp_registrations_1_as_held_of_everybody AS (
    SELECT ALF_PE AS alf, START_DATE AS start_date, END_DATE AS end_date, GP_DATA_FLAG AS supplies_data
    FROM WLGP_CLEAN_GP_REG_MEDIAN AS wlgp_registrations
),
-- gp_registrations_1_as_held: of everybody's rows those that belong to the members
--   Why: Later steps read no others.
--   catalogue/wlgp.yaml:193
gp_registrations_1_as_held AS (
    SELECT alf, start_date, end_date, supplies_data
    FROM gp_registrations_1_as_held_of_everybody
    WHERE alf IN (
        SELECT person
        FROM members_frame
    )
)
-- gp_registrations_2_rows_with_keys: rows with a linking field and a first day before the end of
--   the study's data. Rows without them cannot be placed.
SELECT alf, start_date, end_date, supplies_data
FROM gp_registrations_1_as_held
WHERE alf IS NOT NULL AND start_date IS NOT NULL AND start_date <= DATE '2021-03-31';

-- =================================================================================================
-- 34. gp_registrations
-- =================================================================================================
-- Registrations of at least one day. A reversed spell has an error in one of its dates.
--   catalogue/wlgp.yaml:221

CREATE OR REPLACE TEMP VIEW gp_registrations AS
WITH
-- gp_registrations_3_person_column: the linking field as the person. The unit of the study is the
--   person.
--   catalogue/wlgp.yaml:205
gp_registrations_3_person_column AS (
    SELECT alf AS person, start_date, end_date, supplies_data
    FROM gp_registrations_2_rows_with_keys
),
-- gp_registrations_5_supplying_practice: whether the practice supplies data. Having no event means
--   something only while registered with such a practice.
--   catalogue/wlgp.yaml:213
gp_registrations_5_supplying_practice AS (
    SELECT
        person,
        start_date,
        end_date,
        supplies_data,
        CASE WHEN supplies_data = 1 THEN 1 WHEN supplies_data <> 1 THEN 0 END AS practice_supplies_data
    FROM gp_registrations_3_person_column
),
-- gp_registrations_6_first_day_outside: the first day outside each registration. The recorded end
--   is taken as a day in the spell. Open spells, which end in 9999 or not at all, reach to the end
--   of the study's data.
--   catalogue/wlgp.yaml:217
gp_registrations_6_first_day_outside AS (
    SELECT
        person,
        start_date,
        end_date,
        supplies_data,
        practice_supplies_data,
        CASE
            WHEN end_date IS NULL
                OR end_date >= DATE '9000-01-01'
                THEN CAST(DATE '2021-03-31' + to_days(1) AS DATE)
            ELSE CAST(end_date + to_days(1) AS DATE)
        END AS until
    FROM gp_registrations_5_supplying_practice
)
-- gp_registrations: registrations of at least one day. A reversed spell has an error in one of its
--   dates.
SELECT person, start_date, end_date, supplies_data, practice_supplies_data, until
FROM gp_registrations_6_first_day_outside
WHERE until > start_date;

-- =================================================================================================
-- 35. gp_cover
-- =================================================================================================
-- Spells of each person joined into one where the next starts at most 30 days after the first day
-- outside the ones before.
--   specs/care_leavers_self_harm.yaml:58

CREATE OR REPLACE TEMP VIEW gp_cover AS
WITH
-- gp_cover_1_where: only rows where the practice supplies data is yes
--   specs/care_leavers_self_harm.yaml:57
gp_cover_1_where AS (
    SELECT person, start_date, end_date, supplies_data, practice_supplies_data, until
    FROM gp_registrations
    WHERE practice_supplies_data = 1
),
-- gp_cover_spells: spells that are not empty, and how far the earlier ones reach
gp_cover_spells AS (
    SELECT
        person,
        start_date,
        until,
        MAX(until) OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_until_before
    FROM gp_cover_1_where
    WHERE start_date IS NOT NULL AND until IS NOT NULL AND start_date < until
),
-- gp_cover_numbered: a new number where a gap is longer than 30 days
gp_cover_numbered AS (
    SELECT
        person,
        start_date,
        until,
        SUM(CASE WHEN date_diff('day', latest_until_before, start_date) <= 30 THEN 0 ELSE 1 END) OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS joined_number
    FROM gp_cover_spells
)
-- gp_cover: spells of each person joined into one where the next starts at most 30 days after the
--   first day outside the ones before
SELECT person, MIN(start_date) AS start_date, MAX(until) AS until
FROM gp_cover_numbered
GROUP BY person, joined_number;

-- =================================================================================================
-- 36. residence_2_rows_with_keys
-- =================================================================================================
-- Rows with a linking field and a first day before the end of the study's data. Rows without them
-- cannot be placed.
--   catalogue/wdsd.yaml:410

CREATE OR REPLACE TEMP VIEW residence_2_rows_with_keys AS
WITH
-- residence_1_as_held_of_everybody: Spells of living inside and outside Wales, cleaned so that none
--   overlap, with any codes trimmed and in upper case, and blank codes missing
--   catalogue/wdsd.yaml:402
residence_1_as_held_of_everybody AS (
    SELECT ALF_PE AS alf, START_DATE AS start_date, END_DATE AS end_date, WELSH_ADDRESS AS welsh_address
    FROM WDSD_CLEAN_ADD_WALES AS wdsd_wales_spells
),
-- residence_1_as_held: of everybody's rows those that belong to the members
--   Why: Later steps read no others.
--   catalogue/wdsd.yaml:402
residence_1_as_held AS (
    SELECT alf, start_date, end_date, welsh_address
    FROM residence_1_as_held_of_everybody
    WHERE alf IN (
        SELECT person
        FROM members_frame
    )
)
-- residence_2_rows_with_keys: rows with a linking field and a first day before the end of the
--   study's data. Rows without them cannot be placed.
SELECT alf, start_date, end_date, welsh_address
FROM residence_1_as_held
WHERE alf IS NOT NULL AND start_date IS NOT NULL AND start_date <= DATE '2021-03-31';

-- =================================================================================================
-- 37. residence
-- =================================================================================================
-- Spells of at least one day. A reversed spell has an error in one of its dates.
--   catalogue/wdsd.yaml:430

CREATE OR REPLACE TEMP VIEW residence AS
WITH
-- residence_3_person_column: the linking field as the person. The unit of the study is the person.
--   catalogue/wdsd.yaml:414
residence_3_person_column AS (
    SELECT alf AS person, start_date, end_date, welsh_address
    FROM residence_2_rows_with_keys
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
            WHEN end_date IS NULL
                OR end_date >= DATE '9000-01-01'
                THEN CAST(DATE '2021-03-31' + to_days(1) AS DATE)
            ELSE CAST(end_date + to_days(1) AS DATE)
        END AS until
    FROM residence_5_inside_wales
)
-- residence: spells of at least one day. A reversed spell has an error in one of its dates.
SELECT person, start_date, end_date, welsh_address, in_wales, until
FROM residence_6_first_day_outside
WHERE until > start_date;

-- =================================================================================================
-- 38. home_in_wales
-- =================================================================================================
-- Spells of each person joined into one where the next starts at most 30 days after the first day
-- outside the ones before.
--   specs/care_leavers_self_harm.yaml:63

CREATE OR REPLACE TEMP VIEW home_in_wales AS
WITH
-- home_in_wales_1_where: only rows where the in wales is yes
--   specs/care_leavers_self_harm.yaml:62
home_in_wales_1_where AS (
    SELECT person, start_date, end_date, welsh_address, in_wales, until
    FROM residence
    WHERE in_wales = 1
),
-- home_in_wales_spells: spells that are not empty, and how far the earlier ones reach
home_in_wales_spells AS (
    SELECT
        person,
        start_date,
        until,
        MAX(until) OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest_until_before
    FROM home_in_wales_1_where
    WHERE start_date IS NOT NULL AND until IS NOT NULL AND start_date < until
),
-- home_in_wales_numbered: a new number where a gap is longer than 30 days
home_in_wales_numbered AS (
    SELECT
        person,
        start_date,
        until,
        SUM(CASE WHEN date_diff('day', latest_until_before, start_date) <= 30 THEN 0 ELSE 1 END) OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, until ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS joined_number
    FROM home_in_wales_spells
)
-- home_in_wales: spells of each person joined into one where the next starts at most 30 days after
--   the first day outside the ones before
SELECT person, MIN(start_date) AS start_date, MAX(until) AS until
FROM home_in_wales_numbered
GROUP BY person, joined_number;

-- =================================================================================================
-- 39. gp_events_2_accepted_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be.
--   catalogue/wlgp.yaml:176

CREATE OR REPLACE TEMP VIEW gp_events_2_accepted_links AS
WITH
-- gp_events_1_as_held_of_everybody: Coded events in general practice, with any codes trimmed and in
--   upper case, and blank codes missing
--   catalogue/wlgp.yaml:168
gp_events_1_as_held_of_everybody AS (
    SELECT
        ALF_PE AS alf,
        UPPER(
            CASE
                WHEN ALF_STS_CD LIKE ' %' OR ALF_STS_CD LIKE '% ' THEN NULLIF(TRIM(ALF_STS_CD, ' '), '')
                WHEN ALF_STS_CD <> '' THEN ALF_STS_CD
            END
        ) AS match_status,
        EVENT_DT AS event_date,
        CASE WHEN EVENT_CD LIKE '% ' THEN RTRIM(EVENT_CD, ' ') ELSE EVENT_CD END AS code
    FROM WLGP_GP_EVENT_CLEANSED AS wlgp_events
),
-- gp_events_1_as_held: of everybody's rows those that belong to the members, as far as a later step
--   asks for their codes
--   Why: Later steps read no others.
--   catalogue/wlgp.yaml:168
gp_events_1_as_held AS (
    SELECT alf, match_status, event_date, code
    FROM gp_events_1_as_held_of_everybody
    WHERE alf IN (
        SELECT person
        FROM members_frame
    )
        AND (code LIKE 'TK%' OR code LIKE 'U2%' OR code LIKE '14K1%')
)
-- gp_events_2_accepted_links: rows with a linking field of an accepted match status. The study says
--   how sure a routine match must be.
SELECT alf, match_status, event_date, code
FROM gp_events_1_as_held
WHERE alf IS NOT NULL AND match_status IN ('1', '4', '39');

-- =================================================================================================
-- 40. gp_events
-- =================================================================================================
-- Events from 1990 to the end of the study's data. Unknown dates are held as 0001-01-01, and dates
-- in the future occur. The linking field as the person. The unit of the study is the person.
--   catalogue/wlgp.yaml:184

CREATE OR REPLACE TEMP VIEW gp_events AS
WITH
-- gp_events_3_possible_dates: events from 1990 to the end of the study's data. Unknown dates are
--   held as 0001-01-01, and dates in the future occur.
--   catalogue/wlgp.yaml:180
gp_events_3_possible_dates AS (
    SELECT alf, match_status, event_date, code
    FROM gp_events_2_accepted_links
    WHERE event_date >= DATE '1990-01-01' AND event_date <= DATE '2021-03-31'
)
-- gp_events: events from 1990 to the end of the study's data. Unknown dates are held as 0001-01-01,
--   and dates in the future occur. The linking field as the person. The unit of the study is the
--   person.
SELECT alf AS person, match_status, event_date, code
FROM gp_events_3_possible_dates;

-- =================================================================================================
-- 41. self_harm_gp
-- =================================================================================================
-- Only rows where the code begins with one of TK, U2, 14K1 (the codelist self harm read). Add
-- setting: “GP”.
--   specs/care_leavers_self_harm.yaml:69

CREATE OR REPLACE TEMP VIEW self_harm_gp AS
WITH
-- self_harm_gp_1_where: only rows where the code begins with one of TK, U2, 14K1 (the codelist self
--   harm read)
--   specs/care_leavers_self_harm.yaml:67
self_harm_gp_1_where AS (
    SELECT person, match_status, event_date, code
    FROM gp_events
    WHERE (code LIKE 'TK%' OR code LIKE 'U2%' OR code LIKE '14K1%')
),
-- self_harm_gp_2_add: add contact date: the event date
--   specs/care_leavers_self_harm.yaml:68
self_harm_gp_2_add AS (
    SELECT person, match_status, event_date, code, event_date AS contact_date
    FROM self_harm_gp_1_where
)
-- self_harm_gp: only rows where the code begins with one of TK, U2, 14K1 (the codelist self harm
--   read). Add setting: “GP”
SELECT person, match_status, event_date, code, contact_date, 'GP' AS setting
FROM self_harm_gp_2_add;

-- =================================================================================================
-- 42. hospital_diagnosis_rows_2_linked_person
-- =================================================================================================
-- Of everybody's rows those that belong to the members, as far as a later step asks for their
-- codes.
--   Why: Later steps read no others.
--   catalogue/pedw.yaml:218

CREATE OR REPLACE TEMP VIEW hospital_diagnosis_rows_2_linked_person AS
WITH
-- hospital_diagnosis_rows_1_as_held: Diagnoses of each consultant episode, with any codes trimmed
--   and in upper case, and blank codes missing
--   catalogue/pedw.yaml:211
hospital_diagnosis_rows_1_as_held AS (
    SELECT
        UPPER(
            CASE
                WHEN PROV_UNIT_CD LIKE ' %' OR PROV_UNIT_CD LIKE '% ' THEN NULLIF(TRIM(PROV_UNIT_CD, ' '), '')
                WHEN PROV_UNIT_CD <> '' THEN PROV_UNIT_CD
            END
        ) AS provider_unit,
        SPELL_NUM_PE AS spell_number,
        UPPER(
            CASE
                WHEN EPI_NUM LIKE ' %' OR EPI_NUM LIKE '% ' THEN NULLIF(TRIM(EPI_NUM, ' '), '')
                WHEN EPI_NUM <> '' THEN EPI_NUM
            END
        ) AS episode_number,
        DIAG_NUM AS diagnosis_position,
        UPPER(
            CASE
                WHEN DIAG_CD LIKE ' %' OR DIAG_CD LIKE '% ' THEN NULLIF(TRIM(DIAG_CD, ' '), '')
                WHEN DIAG_CD <> '' THEN DIAG_CD
            END
        ) AS diagnosis
    FROM PEDW_DIAG AS pedw_diagnoses
),
-- hospital_diagnosis_rows_2_linked_person_keys: of all keys those of units that belong to the
--   members
--   Why: Later steps read no others.
--   catalogue/pedw.yaml:218
hospital_diagnosis_rows_2_linked_person_keys AS (
    SELECT spell_number, provider_unit, first_unit, last_unit
    FROM keys_of_hospital_spells
    WHERE first_unit IN (
        SELECT person
        FROM members_frame
    )
),
-- hospital_diagnosis_rows_2_linked_person_of_everybody: the person of the spell that each diagnosis
--   belongs to. Only the spell has the linking field, and a spell is numbered within its hospital.
--   catalogue/pedw.yaml:218
hospital_diagnosis_rows_2_linked_person_of_everybody AS (
    SELECT
        unit_map.first_unit AS person,
        each_row.provider_unit,
        each_row.spell_number,
        each_row.episode_number,
        each_row.diagnosis_position,
        each_row.diagnosis
    FROM hospital_diagnosis_rows_1_as_held AS each_row
    JOIN hospital_diagnosis_rows_2_linked_person_keys AS unit_map
        ON unit_map.spell_number = each_row.spell_number
        AND unit_map.provider_unit = each_row.provider_unit
)
-- hospital_diagnosis_rows_2_linked_person: of everybody's rows those that belong to the members, as
--   far as a later step asks for their codes
SELECT person, provider_unit, spell_number, episode_number, diagnosis_position, diagnosis
FROM hospital_diagnosis_rows_2_linked_person_of_everybody
WHERE (
    diagnosis LIKE 'X6%'
        OR diagnosis LIKE 'X7%'
        OR diagnosis LIKE 'X80%'
        OR diagnosis LIKE 'X81%'
        OR diagnosis LIKE 'X82%'
        OR diagnosis LIKE 'X83%'
        OR diagnosis LIKE 'X84%'
);

-- =================================================================================================
-- 43. hospital_diagnosis_rows
-- =================================================================================================
-- Positions that hold a code. An empty position is no diagnosis.
--   catalogue/pedw.yaml:222

CREATE OR REPLACE TEMP TABLE hospital_diagnosis_rows AS
SELECT person, provider_unit, spell_number, episode_number, diagnosis_position, diagnosis
FROM hospital_diagnosis_rows_2_linked_person
WHERE diagnosis IS NOT NULL;

-- =================================================================================================
-- 44. hospital_diagnoses
-- =================================================================================================
-- The day of admission. A diagnosis is dated by the spell that it belongs to.
--   catalogue/pedw.yaml:251

CREATE OR REPLACE TEMP VIEW hospital_diagnoses AS
WITH
-- hospital_diagnoses_1_as_held: all rows of hospital diagnosis rows
--   catalogue/pedw.yaml:243
hospital_diagnoses_1_as_held AS (
    SELECT person, provider_unit, spell_number, episode_number, diagnosis_position, diagnosis
    FROM hospital_diagnosis_rows
),
-- hospital_diagnoses_first: the rows of hospital_spells in order
hospital_diagnoses_first AS (
    SELECT
        person,
        provider_unit,
        spell_number,
        admission_date AS answer,
        ROW_NUMBER() OVER (
            PARTITION BY person, provider_unit, spell_number
            ORDER BY admission_date ASC NULLS LAST, match_status ASC NULLS LAST
        ) AS place_in_order
    FROM member_rows_hospital_spells
    WHERE admission_date IS NOT NULL
)
-- hospital_diagnoses: the day of admission. A diagnosis is dated by the spell that it belongs to.
SELECT
    hospital_diagnoses_1_as_held.person,
    hospital_diagnoses_1_as_held.provider_unit,
    hospital_diagnoses_1_as_held.spell_number,
    hospital_diagnoses_1_as_held.episode_number,
    hospital_diagnoses_1_as_held.diagnosis_position,
    hospital_diagnoses_1_as_held.diagnosis,
    hospital_diagnoses_first.answer AS admission_date
FROM hospital_diagnoses_1_as_held
LEFT JOIN hospital_diagnoses_first
    ON hospital_diagnoses_first.person = hospital_diagnoses_1_as_held.person
    AND hospital_diagnoses_first.provider_unit = hospital_diagnoses_1_as_held.provider_unit
    AND hospital_diagnoses_first.spell_number = hospital_diagnoses_1_as_held.spell_number
    AND hospital_diagnoses_first.place_in_order = 1;

-- =================================================================================================
-- 45. self_harm_hospital
-- =================================================================================================
-- Only rows where the diagnosis begins with one of X6, X7, X80, X81, X82, X83, X84 (the codelist
-- self harm icd10). Add setting: “hospital”.
--   specs/care_leavers_self_harm.yaml:75

CREATE OR REPLACE TEMP VIEW self_harm_hospital AS
WITH
-- self_harm_hospital_1_where: only rows where the diagnosis begins with one of X6, X7, X80, X81,
--   X82, X83, X84 (the codelist self harm icd10)
--   specs/care_leavers_self_harm.yaml:73
self_harm_hospital_1_where AS (
    SELECT person, provider_unit, spell_number, episode_number, diagnosis_position, diagnosis, admission_date
    FROM hospital_diagnoses
    WHERE (
        diagnosis LIKE 'X6%'
            OR diagnosis LIKE 'X7%'
            OR diagnosis LIKE 'X80%'
            OR diagnosis LIKE 'X81%'
            OR diagnosis LIKE 'X82%'
            OR diagnosis LIKE 'X83%'
            OR diagnosis LIKE 'X84%'
    )
),
-- self_harm_hospital_2_add: add contact date: the admission date
--   specs/care_leavers_self_harm.yaml:74
self_harm_hospital_2_add AS (
    SELECT
        person,
        provider_unit,
        spell_number,
        episode_number,
        diagnosis_position,
        diagnosis,
        admission_date,
        admission_date AS contact_date
    FROM self_harm_hospital_1_where
)
-- self_harm_hospital: only rows where the diagnosis begins with one of X6, X7, X80, X81, X82, X83,
--   X84 (the codelist self harm icd10). Add setting: “hospital”
SELECT
    person,
    provider_unit,
    spell_number,
    episode_number,
    diagnosis_position,
    diagnosis,
    admission_date,
    contact_date,
    'hospital' AS setting
FROM self_harm_hospital_2_add;

-- =================================================================================================
-- 46. self_harm_contacts
-- =================================================================================================
-- One row for each person and contact date and setting.
--   Why: Several codes on one day in one setting are one contact.
--   specs/care_leavers_self_harm.yaml:79

CREATE OR REPLACE TEMP VIEW self_harm_contacts AS
WITH
-- self_harm_contacts_1_union: the rows of self harm gp and self harm hospital together
--   specs/care_leavers_self_harm.yaml:77
self_harm_contacts_1_union AS (
    SELECT person, contact_date, setting, 1 AS part_number
    FROM self_harm_gp
    UNION ALL
    SELECT person, contact_date, setting, 2 AS part_number
    FROM self_harm_hospital
),
-- self_harm_contacts_in_order: number the rows of each person, contact_date, setting
self_harm_contacts_in_order AS (
    SELECT
        person,
        contact_date,
        setting,
        part_number,
        ROW_NUMBER() OVER (PARTITION BY person, contact_date, setting ORDER BY part_number ASC NULLS LAST)
            AS place_in_order
    FROM self_harm_contacts_1_union
    WHERE contact_date IS NOT NULL AND setting IS NOT NULL
)
-- self_harm_contacts: one row for each person and contact date and setting
SELECT person, contact_date, setting, part_number
FROM self_harm_contacts_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 47. member_entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/care_leavers_self_harm.yaml:83
-- sex: Sex
--   specs/care_leavers_self_harm.yaml:111

CREATE OR REPLACE TEMP TABLE member_entries AS
SELECT
    members_frame.person,
    members_frame.index_date,
    unit_values.first_day_in_care_from_16,
    unit_values.thirteen_weeks_reached,
    entries.qualified_on,
    people.sex
FROM members_frame
LEFT JOIN unit_values ON unit_values.person = members_frame.person
LEFT JOIN entries ON entries.person = members_frame.person AND entries.index_date = members_frame.index_date
LEFT JOIN people ON people.person = members_frame.person;

-- =================================================================================================
-- 48. follow_up
-- =================================================================================================
-- Only days that home_in_wales covers.
--   specs/care_leavers_self_harm.yaml:95

CREATE OR REPLACE TEMP TABLE follow_up AS
WITH
-- member_dates: the dates on which follow-up can start and end
--   specs/care_leavers_self_harm.yaml:95
member_dates AS (
    SELECT
        member_entries.person,
        member_entries.index_date,
        member_entries.index_date AS follow_start,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(21) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(21) AS DATE)
        END AS follow_end_1,
        people.death_date AS follow_end_2,
        DATE '2021-03-31' AS follow_end_3
    FROM member_entries
    LEFT JOIN people ON people.person = member_entries.person
),
-- member_pieces_ends: the first day after each end that concerns the member
member_pieces_ends AS (
    SELECT
        member_list.person,
        member_list.index_date,
        member_dates.follow_start AS piece_start,
        member_dates.follow_end_1 AS end_1,
        CASE
            WHEN member_dates.follow_end_2 < DATE '9999-12-31'
                THEN CAST(member_dates.follow_end_2 + to_days(1) AS DATE)
            ELSE member_dates.follow_end_2
        END AS end_2,
        CASE
            WHEN member_dates.follow_end_3 < DATE '9999-12-31'
                THEN CAST(member_dates.follow_end_3 + to_days(1) AS DATE)
            ELSE member_dates.follow_end_3
        END AS end_3
    FROM member_list
    JOIN member_dates
        ON member_list.person = member_dates.person
        AND member_list.index_date = member_dates.index_date
),
-- member_pieces_bounds: the start and the earliest end of each member
member_pieces_bounds AS (
    SELECT
        person,
        index_date,
        piece_start,
        CASE
            WHEN COALESCE(end_1, end_2, end_3) IS NOT NULL
                THEN LEAST(
                    COALESCE(end_1, DATE '9999-12-31'), COALESCE(end_2, DATE '9999-12-31'),
                    COALESCE(end_3, DATE '9999-12-31')
                )
        END AS piece_until
    FROM member_pieces_ends
),
-- member_pieces: from the start until the earliest end: the birthday 21 years after the week of
--   birth of the people, the death date of the people, the last day of the data
--   specs/care_leavers_self_harm.yaml:95
member_pieces AS (
    SELECT person, index_date, piece_start, piece_until
    FROM member_pieces_bounds
    WHERE piece_start < piece_until
),
-- member_pieces_1: only days that gp_cover covers
--   specs/care_leavers_self_harm.yaml:95
member_pieces_1 AS (
    SELECT
        member_pieces.person,
        member_pieces.index_date,
        GREATEST(gp_cover.start_date, member_pieces.piece_start) AS piece_start,
        LEAST(gp_cover.until, member_pieces.piece_until) AS piece_until
    FROM member_pieces
    JOIN gp_cover
        ON member_pieces.person = gp_cover.person
        AND gp_cover.start_date < member_pieces.piece_until
        AND member_pieces.piece_start < gp_cover.until
)
-- follow_up: only days that home_in_wales covers
SELECT
    member_pieces_1.person,
    member_pieces_1.index_date,
    GREATEST(home_in_wales.start_date, member_pieces_1.piece_start) AS piece_start,
    LEAST(home_in_wales.until, member_pieces_1.piece_until) AS piece_until
FROM member_pieces_1
JOIN home_in_wales
    ON member_pieces_1.person = home_in_wales.person
    AND home_in_wales.start_date < member_pieces_1.piece_until
    AND member_pieces_1.piece_start < home_in_wales.until;

-- =================================================================================================
-- 49. member_time_1
-- =================================================================================================
-- Follow-up cut by Age.
--   specs/care_leavers_self_harm.yaml:117

CREATE OR REPLACE TEMP TABLE member_time_1 AS
WITH
-- member_birthdays: the birthdays that bands begin on
--   specs/care_leavers_self_harm.yaml:117
member_birthdays AS (
    SELECT
        member_entries.person,
        member_entries.index_date,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(16) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(16) AS DATE)
        END AS birthday_16,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(18) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(18) AS DATE)
        END AS birthday_18,
        CASE
            WHEN MONTH(people.week_of_birth) * 100 + DAY(people.week_of_birth) = 229
                THEN CAST(
                    CAST(CAST(people.week_of_birth + to_days(-1) AS DATE) + to_years(21) AS DATE) + to_days(1)
                        AS DATE
                )
            ELSE CAST(people.week_of_birth + to_years(21) AS DATE)
        END AS birthday_21
    FROM member_entries
    LEFT JOIN people ON people.person = member_entries.person
),
-- member_time_1_aged: pieces with the birthdays that bands begin on
member_time_1_aged AS (
    SELECT
        follow_up.person,
        follow_up.index_date,
        follow_up.piece_start,
        follow_up.piece_until,
        member_birthdays.birthday_16,
        member_birthdays.birthday_18,
        member_birthdays.birthday_21
    FROM follow_up
    JOIN member_birthdays
        ON follow_up.person = member_birthdays.person
        AND follow_up.index_date = member_birthdays.index_date
)
-- member_time_1: follow-up cut by Age
SELECT person, index_date, piece_start, piece_until, 'missing' AS age
FROM member_time_1_aged
WHERE birthday_16 IS NULL
UNION ALL
SELECT person, index_date, piece_start, LEAST(piece_until, birthday_16) AS piece_until, 'other' AS age
FROM member_time_1_aged
WHERE piece_start < birthday_16
UNION ALL
SELECT person, index_date, GREATEST(piece_start, birthday_21) AS piece_start, piece_until, 'other' AS age
FROM member_time_1_aged
WHERE birthday_21 < piece_until
UNION ALL
SELECT
    person,
    index_date,
    GREATEST(piece_start, birthday_16) AS piece_start,
    LEAST(piece_until, birthday_18) AS piece_until,
    '16' AS age
FROM member_time_1_aged
WHERE piece_start < birthday_18 AND birthday_16 < piece_until
UNION ALL
SELECT
    person,
    index_date,
    GREATEST(piece_start, birthday_18) AS piece_start,
    LEAST(piece_until, birthday_21) AS piece_until,
    '18' AS age
FROM member_time_1_aged
WHERE piece_start < birthday_21 AND birthday_18 < piece_until;

-- =================================================================================================
-- 50. member_time
-- =================================================================================================
-- Follow-up cut by Where the young person lives.
--   specs/care_leavers_self_harm.yaml:120

CREATE OR REPLACE TEMP TABLE member_time AS
WITH
-- member_time_spells: spells of placements that meet each piece
member_time_spells AS (
    SELECT
        member_time_1.person,
        member_time_1.index_date,
        member_time_1.piece_start,
        placements.start_date AS spell_start,
        placements.until AS spell_until,
        placements.placement_group AS spell_value,
        placements.hybrid_id AS order_1,
        placements.local_authority AS order_2,
        placements.year_code AS order_3,
        placements.episode_number AS order_4,
        placements.system_id AS order_5,
        placements.start_date AS order_6,
        placements.end_date AS order_7,
        placements.legal_status AS order_8,
        placements.placement_type AS order_9,
        placements.until AS order_10,
        placements.end_assumed AS order_11,
        placements.placement_group AS order_12
    FROM member_time_1
    JOIN placements
        ON member_time_1.person = placements.person
        AND placements.start_date < placements.until
        AND placements.start_date < member_time_1.piece_until
        AND member_time_1.piece_start < placements.until
),
-- member_time_turns: days on which a part begins
member_time_turns AS (
    SELECT person, index_date, piece_start, piece_until, age, piece_start AS part_start
    FROM member_time_1
    UNION ALL
    SELECT
        member_time_1.person,
        member_time_1.index_date,
        member_time_1.piece_start,
        member_time_1.piece_until,
        member_time_1.age,
        member_time_spells.spell_start AS part_start
    FROM member_time_1
    JOIN member_time_spells
        ON member_time_1.person = member_time_spells.person
        AND member_time_1.index_date = member_time_spells.index_date
        AND member_time_1.piece_start = member_time_spells.piece_start
    WHERE member_time_1.piece_start < member_time_spells.spell_start
        AND member_time_spells.spell_start < member_time_1.piece_until
    UNION ALL
    SELECT
        member_time_1.person,
        member_time_1.index_date,
        member_time_1.piece_start,
        member_time_1.piece_until,
        member_time_1.age,
        member_time_spells.spell_until AS part_start
    FROM member_time_1
    JOIN member_time_spells
        ON member_time_1.person = member_time_spells.person
        AND member_time_1.index_date = member_time_spells.index_date
        AND member_time_1.piece_start = member_time_spells.piece_start
    WHERE member_time_1.piece_start < member_time_spells.spell_until
        AND member_time_spells.spell_until < member_time_1.piece_until
),
-- member_time_turns_once: each of them once
member_time_turns_once AS (
    SELECT person, index_date, piece_start, piece_until, age, part_start
    FROM member_time_turns
    GROUP BY person, index_date, piece_start, piece_until, age, part_start
),
-- member_time_parts: parts from one such day to the next
member_time_parts AS (
    SELECT
        person,
        index_date,
        piece_start,
        piece_until,
        age,
        part_start,
        COALESCE(
            LEAD(part_start) OVER (
                PARTITION BY person, index_date, piece_start
                ORDER BY part_start ASC NULLS LAST
            ), piece_until
        ) AS part_until
    FROM member_time_turns_once
),
-- member_time_ranked: the spells on each part, the one that counts first
member_time_ranked AS (
    SELECT
        member_time_parts.person,
        member_time_parts.index_date,
        member_time_parts.piece_start,
        member_time_parts.piece_until,
        member_time_parts.age,
        member_time_parts.part_start,
        member_time_parts.part_until,
        CASE
            WHEN member_time_spells.spell_start IS NULL THEN 'left care'
            ELSE COALESCE(member_time_spells.spell_value, 'missing')
        END AS living_arrangement,
        ROW_NUMBER() OVER (
            PARTITION BY member_time_parts.person, member_time_parts.index_date,
                member_time_parts.piece_start, member_time_parts.part_start
            ORDER BY CASE WHEN member_time_spells.spell_value IS NULL THEN 1 ELSE 0 END ASC NULLS LAST,
                member_time_spells.spell_start DESC NULLS LAST, member_time_spells.order_1 ASC NULLS LAST,
                member_time_spells.order_2 ASC NULLS LAST, member_time_spells.order_3 ASC NULLS LAST,
                member_time_spells.order_4 ASC NULLS LAST, member_time_spells.order_5 ASC NULLS LAST,
                member_time_spells.order_6 ASC NULLS LAST, member_time_spells.order_7 ASC NULLS LAST,
                member_time_spells.order_8 ASC NULLS LAST, member_time_spells.order_9 ASC NULLS LAST,
                member_time_spells.order_10 ASC NULLS LAST, member_time_spells.order_11 ASC NULLS LAST,
                member_time_spells.order_12 ASC NULLS LAST
        ) AS place_in_order
    FROM member_time_parts
    LEFT JOIN member_time_spells
        ON member_time_parts.person = member_time_spells.person
        AND member_time_parts.index_date = member_time_spells.index_date
        AND member_time_parts.piece_start = member_time_spells.piece_start
        AND member_time_spells.spell_start <= member_time_parts.part_start
        AND member_time_parts.part_start < member_time_spells.spell_until
)
-- member_time: follow-up cut by Where the young person lives
SELECT person, index_date, part_start AS piece_start, part_until AS piece_until, age, living_arrangement
FROM member_time_ranked
WHERE place_in_order = 1;

-- =================================================================================================
-- 51. member_events_self_harm_contact
-- =================================================================================================
-- The events of Self-harm contacts that count.
--   specs/care_leavers_self_harm.yaml:127

CREATE OR REPLACE TEMP TABLE member_events_self_harm_contact AS
SELECT
    follow_up.person,
    follow_up.index_date,
    self_harm_contacts.contact_date AS event_date,
    self_harm_contacts.setting AS event_value_1
FROM follow_up
JOIN self_harm_contacts
    ON follow_up.person = self_harm_contacts.person
    AND follow_up.piece_start <= self_harm_contacts.contact_date
    AND self_harm_contacts.contact_date < follow_up.piece_until;

-- =================================================================================================
-- 52. analysis
-- =================================================================================================
-- The entries of the cohort with at least one day of follow-up, with all variables.
--   specs/care_leavers_self_harm.yaml:83

CREATE OR REPLACE TEMP TABLE analysis AS
WITH
-- analysis_followed: members with at least one day
analysis_followed AS (
    SELECT person, index_date
    FROM follow_up
    GROUP BY person, index_date
)
-- analysis: the entries of the cohort with at least one day of follow-up, with all variables
SELECT
    member_list.person,
    member_list.index_date,
    member_entries.first_day_in_care_from_16,
    member_entries.thirteen_weeks_reached,
    member_entries.qualified_on,
    member_entries.sex
FROM member_list
JOIN member_entries
    ON member_list.person = member_entries.person
    AND member_list.index_date = member_entries.index_date
JOIN analysis_followed
    ON member_list.person = analysis_followed.person
    AND member_list.index_date = analysis_followed.index_date;

-- =================================================================================================
-- 53. flow_of_young_people
-- =================================================================================================
-- Flow of young people into the cohort.
--   specs/care_leavers_self_harm.yaml:134

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'start' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(DISTINCT person) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM in_care_at_16_or_17
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'index_date_known' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'turned_16_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 1
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'qualified_before_18' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 2
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'turned_16_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - turned_16_in_study_years
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'qualified_before_18' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - qualified_before_18
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'flow_of_young_people' AS table_name,
    'observed_time' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM analysis;

-- =================================================================================================
-- 54. rates_by_living_arrangement
-- =================================================================================================
-- Self-harm contacts by age and where the young person lives.
--   specs/care_leavers_self_harm.yaml:137

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- rates_by_living_arrangement_time: their person-time by cell
rates_by_living_arrangement_time AS (
    SELECT
        person,
        COALESCE(age, 'missing') AS key_1,
        CASE
            WHEN living_arrangement IN (
                'kinship foster care', 'other foster care', 'placed for adoption', 'with parents',
                'independent living', 'residential care', 'other placement', 'left care'
            )
                THEN living_arrangement
            WHEN living_arrangement IS NULL OR living_arrangement = 'missing' THEN 'missing'
            ELSE 'other'
        END AS key_2,
        piece_start,
        piece_until
    FROM member_time
),
-- rates_by_living_arrangement_events: their events, and the cells in whose time these happen
rates_by_living_arrangement_events AS (
    SELECT
        member_events_self_harm_contact.person,
        COALESCE(member_time.age, 'missing') AS key_1,
        CASE
            WHEN member_time.living_arrangement IN (
                'kinship foster care', 'other foster care', 'placed for adoption', 'with parents',
                'independent living', 'residential care', 'other placement', 'left care'
            )
                THEN member_time.living_arrangement
            WHEN member_time.living_arrangement IS NULL
                OR member_time.living_arrangement = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS key_2,
        CASE
            WHEN member_events_self_harm_contact.event_value_1 IN ('GP', 'hospital')
                THEN member_events_self_harm_contact.event_value_1
            WHEN member_events_self_harm_contact.event_value_1 IS NULL
                OR member_events_self_harm_contact.event_value_1 = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS event_category
    FROM member_events_self_harm_contact
    JOIN member_time
        ON member_events_self_harm_contact.person = member_time.person
        AND member_events_self_harm_contact.index_date = member_time.index_date
        AND member_time.piece_start <= member_events_self_harm_contact.event_date
        AND member_events_self_harm_contact.event_date < member_time.piece_until
),
-- rates_by_living_arrangement_observed: people and days of each cell
rates_by_living_arrangement_observed AS (
    SELECT
        key_1,
        key_2,
        COUNT(DISTINCT person) AS people_counted,
        CAST(SUM(CAST(date_diff('day', piece_start, piece_until) AS BIGINT)) AS BIGINT) AS days_counted
    FROM rates_by_living_arrangement_time
    GROUP BY key_1, key_2
),
-- rates_by_living_arrangement_happened: events of each cell, and the people who have them
rates_by_living_arrangement_happened AS (
    SELECT key_1, key_2, COUNT(DISTINCT person) AS people_counted, COUNT(*) AS events_counted
    FROM rates_by_living_arrangement_events
    GROUP BY key_1, key_2
),
-- rates_by_living_arrangement_happened_by_value: the same by the event's value
rates_by_living_arrangement_happened_by_value AS (
    SELECT key_1, key_2, event_category, COUNT(DISTINCT person) AS people_counted, COUNT(*) AS events_counted
    FROM rates_by_living_arrangement_events
    GROUP BY key_1, key_2, event_category
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_living_arrangement' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'people' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_living_arrangement_observed
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_living_arrangement' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'person_days' AS statistic,
    days_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_living_arrangement_observed
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_living_arrangement' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'events' AS statistic,
    events_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_living_arrangement_happened
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_living_arrangement' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'people_with_events' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_living_arrangement_happened
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_living_arrangement' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    event_category AS layer_value,
    'events_of' AS statistic,
    events_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_living_arrangement_happened_by_value
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_living_arrangement' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    event_category AS layer_value,
    'people_with_events_of' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_living_arrangement_happened_by_value;

-- =================================================================================================
-- 55. rates_by_sex
-- =================================================================================================
-- Self-harm contacts by sex and where the young person lives.
--   specs/care_leavers_self_harm.yaml:143

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- rates_by_sex_members: the members who are counted
rates_by_sex_members AS (
    SELECT
        person,
        index_date,
        CASE
            WHEN CAST(sex AS VARCHAR(20)) IN ('1', '2') THEN CAST(sex AS VARCHAR(20))
            WHEN CAST(sex AS VARCHAR(20)) IS NULL OR CAST(sex AS VARCHAR(20)) = 'missing' THEN 'missing'
            ELSE 'other'
        END AS key_1
    FROM analysis
),
-- rates_by_sex_time: their person-time by cell
rates_by_sex_time AS (
    SELECT
        member_time.person,
        rates_by_sex_members.key_1,
        CASE
            WHEN member_time.living_arrangement IN (
                'kinship foster care', 'other foster care', 'placed for adoption', 'with parents',
                'independent living', 'residential care', 'other placement', 'left care'
            )
                THEN member_time.living_arrangement
            WHEN member_time.living_arrangement IS NULL
                OR member_time.living_arrangement = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS key_2,
        member_time.piece_start,
        member_time.piece_until
    FROM rates_by_sex_members
    JOIN member_time
        ON rates_by_sex_members.person = member_time.person
        AND rates_by_sex_members.index_date = member_time.index_date
),
-- rates_by_sex_events: their events, and the cells in whose time these happen
rates_by_sex_events AS (
    SELECT
        member_events_self_harm_contact.person,
        rates_by_sex_members.key_1,
        CASE
            WHEN member_time.living_arrangement IN (
                'kinship foster care', 'other foster care', 'placed for adoption', 'with parents',
                'independent living', 'residential care', 'other placement', 'left care'
            )
                THEN member_time.living_arrangement
            WHEN member_time.living_arrangement IS NULL
                OR member_time.living_arrangement = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS key_2,
        CASE
            WHEN member_events_self_harm_contact.event_value_1 IN ('GP', 'hospital')
                THEN member_events_self_harm_contact.event_value_1
            WHEN member_events_self_harm_contact.event_value_1 IS NULL
                OR member_events_self_harm_contact.event_value_1 = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS event_category
    FROM rates_by_sex_members
    JOIN member_events_self_harm_contact
        ON rates_by_sex_members.person = member_events_self_harm_contact.person
        AND rates_by_sex_members.index_date = member_events_self_harm_contact.index_date
    JOIN member_time
        ON member_events_self_harm_contact.person = member_time.person
        AND member_events_self_harm_contact.index_date = member_time.index_date
        AND member_time.piece_start <= member_events_self_harm_contact.event_date
        AND member_events_self_harm_contact.event_date < member_time.piece_until
),
-- rates_by_sex_observed: people and days of each cell
rates_by_sex_observed AS (
    SELECT
        key_1,
        key_2,
        COUNT(DISTINCT person) AS people_counted,
        CAST(SUM(CAST(date_diff('day', piece_start, piece_until) AS BIGINT)) AS BIGINT) AS days_counted
    FROM rates_by_sex_time
    GROUP BY key_1, key_2
),
-- rates_by_sex_happened: events of each cell, and the people who have them
rates_by_sex_happened AS (
    SELECT key_1, key_2, COUNT(DISTINCT person) AS people_counted, COUNT(*) AS events_counted
    FROM rates_by_sex_events
    GROUP BY key_1, key_2
),
-- rates_by_sex_happened_by_value: the same by the event's value
rates_by_sex_happened_by_value AS (
    SELECT key_1, key_2, event_category, COUNT(DISTINCT person) AS people_counted, COUNT(*) AS events_counted
    FROM rates_by_sex_events
    GROUP BY key_1, key_2, event_category
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_sex' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'people' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_sex_observed
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_sex' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'person_days' AS statistic,
    days_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_sex_observed
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_sex' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'events' AS statistic,
    events_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_sex_happened
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_sex' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    '' AS layer_value,
    'people_with_events' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_sex_happened
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_sex' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    event_category AS layer_value,
    'events_of' AS statistic,
    events_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_sex_happened_by_value
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'rates_by_sex' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    event_category AS layer_value,
    'people_with_events_of' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM rates_by_sex_happened_by_value;

-- =================================================================================================
-- 56. linkage_of_care_persons_routine
-- =================================================================================================
-- Keys of care_persons_routine that the map brings to a person.
--   catalogue/lacw.yaml:433

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_care_persons_routine_keys: every key once
linkage_of_care_persons_routine_keys AS (
    SELECT system_id AS key_of_rows, local_authority
    FROM care_persons_routine_2_rows_with_keys
    WHERE system_id IS NOT NULL AND local_authority IS NOT NULL
    GROUP BY system_id, local_authority
),
-- linkage_of_care_persons_routine_found: the units that the map gives each key of the rows, missing
--   where it gives none
linkage_of_care_persons_routine_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_care_persons_routine_keys AS each_key
    LEFT JOIN keys_of_routine_links AS unit_map
        ON unit_map.system_id = each_key.key_of_rows
        AND unit_map.local_authority = each_key.local_authority
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 57. linkage_of_care_episodes
-- =================================================================================================
-- Keys of care_episodes that the map brings to a person.
--   catalogue/lacw.yaml:524

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_care_episodes_keys: every key once
linkage_of_care_episodes_keys AS (
    SELECT hybrid_id AS key_of_rows
    FROM care_episodes_4_end_not_before_start
    WHERE hybrid_id IS NOT NULL
    GROUP BY hybrid_id
),
-- linkage_of_care_episodes_found: the units that the map gives each key of the rows, missing where
--   it gives none
linkage_of_care_episodes_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_care_episodes_keys AS each_key
    LEFT JOIN keys_of_care_persons AS unit_map ON unit_map.hybrid_id = each_key.key_of_rows
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
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
-- 58. linkage_of_hospital_diagnosis_rows
-- =================================================================================================
-- Keys of hospital_diagnosis_rows that the map brings to a person.
--   catalogue/pedw.yaml:211

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_hospital_diagnosis_rows_input: the rows to begin with
linkage_of_hospital_diagnosis_rows_input AS (
    SELECT
        UPPER(
            CASE
                WHEN PROV_UNIT_CD LIKE ' %' OR PROV_UNIT_CD LIKE '% ' THEN NULLIF(TRIM(PROV_UNIT_CD, ' '), '')
                WHEN PROV_UNIT_CD <> '' THEN PROV_UNIT_CD
            END
        ) AS provider_unit,
        SPELL_NUM_PE AS spell_number,
        UPPER(
            CASE
                WHEN EPI_NUM LIKE ' %' OR EPI_NUM LIKE '% ' THEN NULLIF(TRIM(EPI_NUM, ' '), '')
                WHEN EPI_NUM <> '' THEN EPI_NUM
            END
        ) AS episode_number,
        DIAG_NUM AS diagnosis_position,
        UPPER(
            CASE
                WHEN DIAG_CD LIKE ' %' OR DIAG_CD LIKE '% ' THEN NULLIF(TRIM(DIAG_CD, ' '), '')
                WHEN DIAG_CD <> '' THEN DIAG_CD
            END
        ) AS diagnosis
    FROM PEDW_DIAG AS pedw_diagnoses
),
-- linkage_of_hospital_diagnosis_rows_keys: every key once
linkage_of_hospital_diagnosis_rows_keys AS (
    SELECT spell_number AS key_of_rows, provider_unit
    FROM linkage_of_hospital_diagnosis_rows_input
    WHERE spell_number IS NOT NULL AND provider_unit IS NOT NULL
    GROUP BY spell_number, provider_unit
),
-- linkage_of_hospital_diagnosis_rows_found: the units that the map gives each key of the rows,
--   missing where it gives none
linkage_of_hospital_diagnosis_rows_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_hospital_diagnosis_rows_keys AS each_key
    LEFT JOIN keys_of_hospital_spells AS unit_map
        ON unit_map.spell_number = each_key.key_of_rows
        AND unit_map.provider_unit = each_key.provider_unit
)
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'linkage_of_hospital_diagnosis_rows' AS table_name,
    'linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_hospital_diagnosis_rows_found
WHERE first_unit = last_unit
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'linkage_of_hospital_diagnosis_rows' AS table_name,
    'conflicting' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_hospital_diagnosis_rows_found
WHERE first_unit <> last_unit
UNION ALL
SELECT
    'care_leavers_self_harm' AS study,
    '2ff73c58ff6f5c4c5552aed58af94b946d8c732f3bbc9e5fbb689afa12e0b538' AS spec_hash,
    'linkage_of_hospital_diagnosis_rows' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_hospital_diagnosis_rows_found
WHERE first_unit IS NULL;
