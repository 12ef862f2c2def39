-- =================================================================================================
-- Study:      crcs_substance_misuse_injury
-- Title:      Parental substance misuse and hospital admission for injury
-- Spec:       specs/crcs_substance_misuse_injury.yaml
-- Spec hash:  b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e
-- Statements: bf13bd33586c8e53b86709fd3eb2f88b35cf13e0d3dc69e2492178c6bdf9dafc (SHA-256, without
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
-- They are set in the spec (specs/crcs_substance_misuse_injury.yaml) and in the binding
-- (synthetic). To change one, change it there and write the script again: edited here, the script
-- would no longer be that of its spec hash.
--
-- Data from:                 2003-04-01
-- Data until:                2021-03-31
-- Disclosure policy:         sail
-- Needs people:              Week of birth, sex and death
-- Needs crcs:                Yearly count of children receiving care and support, the exposure
-- Needs care_episodes:       To leave looked-after children out of the comparison group
-- Needs school_census:       The pool that cases and peers are both drawn from
-- Needs hospital_admissions: Emergency admissions for injury, the outcome
-- Needs residence:           Moving out of Wales ends follow-up
-- Results:                   results
--
-- Tables and columns read:
--   crcs_alf: CRCS_PUPIL_ALF
--       CHILD_CODE_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   crcs_children: CRCS_MAIN_CRCS
--       CHILD_CODE_PE, LOCAL_AUTHORITY_CODE, YEAR_CODE, PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE,
--       PARENTING_CAPACITY_LEARNING_DISABILITIES, PARENTING_CAPACITY_MENTAL_ILL_HEALTH,
--       PARENTING_CAPACITY_PHYSICAL_ILL_HEALTH, PARENTING_CAPACITY_DOMESTIC_ABUSE
--   eduw_pupil_alf: EDUW_PUPIL_ALF
--       IRN_PE, ALF_PE, ALF_STS_CD, WOB
--   wdsd_persons: WDSD_AR_PERS
--       PERS_ID_PE, ALF_PE, WOB, DOD, GNDR_CD
--   eduw_pupils: EDUW_PUPIL
--       IRN_PE, YEAR, LEA, ESTAB_PE, SENPROVISION, FSMELIGIBLE
--   lacw_alf: LACW_PUPIL_ALF
--       SYSTEM_ID_PE, LOCAL_AUTHORITY_CODE, ALF_PE, ALF_STS_CD
--   lacw_episodes: LACW_EPISODE_MAIN
--       SYSTEM_ID_PE, HYBRID_ID_PE, YEAR_CODE, LOCAL_AUTHORITY_CODE, EPISODE_NUMBER, EPISODE_START_DATE,
--       EPISODE_END_DATE
--   pedw_spells: PEDW_SPELL
--       PROV_UNIT_CD, SPELL_NUM_PE, ALF_PE, ALF_STS_CD, ADMIS_DT, ADMIS_MTHD_CD
--   wdsd_wales_spells: WDSD_CLEAN_ADD_WALES
--       ALF_PE, START_DATE, END_DATE, WELSH_ADDRESS
--   pedw_diagnoses: PEDW_DIAG
--       PROV_UNIT_CD, SPELL_NUM_PE, EPI_NUM, DIAG_NUM, DIAG_CD

-- =================================================================================================
-- Overview: the numbered parts
-- =================================================================================================
--    1  prepare: an empty table for results
--    2  crcs_links: rows with a linking field of an accepted match status
--    3  keys_of_crcs_links: the smallest and the largest alf that crcs_links gives each child_code
--    4  crcs_2_rows_with_keys: rows with a child code and an authority
--    5  crcs_3_returns_of_study: returns of the years that the study uses
--    6  crcs: the person of each code
--    7  exposed_records: only rows where the parental substance misuse is yes
--    8  first_exposed_record: the first row by census date for each person
--    9  pupil_links: rows with a linking field of an accepted match status
--   10  people_2_rows_with_linking_field: rows with a linking field
--   11  people: the row with the earliest recorded week of birth
--   12  pupil_persons: the pupil numbers of a person who has several: those with the week of ...
--   13  keys_of_pupil_persons: the smallest and the largest person that pupil_persons gives ...
--   14  school_records_2_january_returns: returns of January
--   15  school_records_3_linked_person: the person of each pupil number
--   16  routine_links: rows with a linking field of an accepted match status
--   17  keys_of_routine_links: the smallest and the largest alf that routine_links gives each ...
--   18  care_persons_routine_2_rows_with_keys: rows with a child code and an authority
--   19  care_persons_routine_3_linked_person: the person of each code
--   20  care_persons_routine: one row for each code and person
--   21  care_persons: the improved link, or else the routine one
--   22  keys_of_care_persons: the smallest and the largest person that care_persons gives each ...
--   23  care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day
--   24  care_episodes_3_returns_of_study: returns of the years that the study uses
--   25  care_episodes_4_end_not_before_start: episodes that do not end before they start
--   26  hospital_spells_2_accepted_links: rows with a linking field of an accepted match status
--   27  hospital_spells: spells with an admission up to the end of the study's data
--   28  keys_of_hospital_spells: the smallest and the largest person that hospital_spells gives ...
--   29  index_dates: each person that may enter, with the index date
--   30  school_records: returns up to the end of the study's data
--   31  school_census: one row for each person and year
--   32  candidate_units: each unit of the population and of the pool, once
--   33  care_episodes_5_linked_person: the person of each code
--   34  care_episodes_6_latest_return_of_person: the latest return of each episode
--   35  care_episodes: the first day outside each episode
--   36  residence_2_rows_with_keys: rows with a linking field and a first day before the end of ...
--   37  residence: spells of at least one day
--   38  home_in_wales: spells of each person joined into one where the next starts at most 30 ...
--   39  school_record: the last row by census date for each person and index date
--   40  entries: variables beside each entry
--   41  population_steps: which steps each entry passes, the first that it does not, and how ...
--   42  cases: the entries that pass every step
--   43  candidates: each unit of the pool with each index date of a case
--   44  candidate_rows_school_record: the last row by census date for each person and index date
--   45  candidate_entries: variables beside each entry
--   46  candidate_alike: the candidates who are like a case of the same date in all that must ...
--   47  candidate_step_entries: variables beside each entry
--   48  candidate_steps: which steps each entry passes, the first that it does not, and how ...
--   49  candidate_list: those of them who pass every step of the pool
--   50  matched_pairs: each case with each candidate who matches
--   51  matched_1: peers accepted up to and with round 1 of 8
--   52  matched_2: peers accepted up to and with round 2 of 8
--   53  matched_3: peers accepted up to and with round 3 of 8
--   54  matched_4: peers accepted up to and with round 4 of 8
--   55  matched_5: peers accepted up to and with round 5 of 8
--   56  matched_6: peers accepted up to and with round 6 of 8
--   57  matched_7: peers accepted up to and with round 7 of 8
--   58  matched_8: peers accepted up to and with round 8 of 8
--   59  matched_sets: how many peers each case has
--   60  member_list: the cases, and the peers of each
--   61  members_frame: each unit and index date of them once
--   62  member_rows_crcs: of the rows of crcs those that belong to the members
--   63  member_rows_care_episodes: of the rows of care_episodes those that belong to the members
--   64  member_rows_hospital_spells: of the rows of hospital_spells those that belong to the ...
--   65  member_rows_home_in_wales: of the rows of home_in_wales those that belong to the members
--   66  member_rows_school_census: of the rows of school_census those that belong to the members
--   67  first_support_record: the first row by census date for each person
--   68  first_care: the first row by start date for each person
--   69  hospital_diagnosis_rows_2_linked_person: the person of the spell that each diagnosis ...
--   70  hospital_diagnosis_rows: positions that hold a code
--   71  hospital_admissions: the primary diagnosis of the first episode that has one
--   72  injury_admissions: only rows where (the admission method is one of “21”, “22”, “23”, ...
--   73  member_rows_school_record: the last row by census date for each person and index date
--   74  member_entries: variables beside each entry
--   75  follow_up: only days that home_in_wales covers
--   76  member_events_injury_admission: the events of Emergency admissions for injury that count
--   77  member_events_first_injury_admission: the events of First emergency admission for ...
--   78  analysis: cases and peers with at least one day of follow-up, with all variables
--   79  flow_of_cases (output): Flow of children who receive care and support into the cases
--   80  match_quality_categories (output): Cases and peers compared
--   81  match_quality_numbers (output): Cases and peers compared
--   82  injury_rates (output): Emergency admissions for injury in two years
--   83  first_injury_rates (output): First emergency admission for injury in two years
--   84  matched_sets (output): Matched sets by number of peers found
--   85  linkage_of_crcs (output): keys of crcs that the map brings to a person
--   86  linkage_of_school_records (output): keys of school_records that the map brings to a person
--   87  linkage_of_care_persons_routine (output): keys of care_persons_routine that the map ...
--   88  linkage_of_care_episodes (output): keys of care_episodes that the map brings to a person
--   89  linkage_of_hospital_diagnosis_rows (output): keys of hospital_diagnosis_rows that the ...

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
--   count:              entries, sets or links in a cell
--   events:             events in follow-up
--   known:              entries with a known number
--   missing:            entries without a known number
--   people:             different units under observation
--   people_with_events: different units with such an event
--   person_days:        days of follow-up
--   quantile_25:        the least number that at least 25 per cent of the known numbers do not
--                       exceed
--   quantile_50:        the least number that at least 50 per cent of the known numbers do not
--                       exceed
--   quantile_75:        the least number that at least 75 per cent of the known numbers do not
--                       exceed
--   remaining:          entries left after a step of the flow
--   squares:            sum of the squares of the known numbers
--   total:              sum of the known numbers
--   units:              different units behind the count of a cell or step
--   units_known:        different units with a known number
--   units_missing:      different units without a known number
--   without_step:       entries that pass all other steps of the flow, whatever this step says

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
-- 2. crcs_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be.
--   catalogue/crcs.yaml:116

CREATE OR REPLACE TEMP VIEW crcs_links AS
WITH
-- crcs_links_1_as_held: Anonymised linking field, week of birth and sex of each child code, with
--   any codes trimmed and in upper case, and blank codes missing
--   catalogue/crcs.yaml:109
crcs_links_1_as_held AS (
    SELECT
        CHILD_CODE_PE AS child_code,
        LOCAL_AUTHORITY_CODE AS local_authority,
        ALF_PE AS alf,
        ALF_STS_CD AS match_status
    FROM CRCS_PUPIL_ALF AS crcs_alf
)
-- crcs_links: rows with a linking field of an accepted match status. The study says how sure a
--   routine match must be.
SELECT child_code, local_authority, alf, match_status
FROM crcs_links_1_as_held
WHERE alf IS NOT NULL AND match_status IN (1, 4, 39);

-- =================================================================================================
-- 3. keys_of_crcs_links
-- =================================================================================================
-- The smallest and the largest alf that crcs_links gives each child_code.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/crcs.yaml:116

CREATE OR REPLACE TEMP TABLE keys_of_crcs_links AS
SELECT child_code, local_authority, MIN(alf) AS first_unit, MAX(alf) AS last_unit
FROM crcs_links
WHERE child_code IS NOT NULL AND local_authority IS NOT NULL AND alf IS NOT NULL
GROUP BY child_code, local_authority;

-- =================================================================================================
-- 4. crcs_2_rows_with_keys
-- =================================================================================================
-- Rows with a child code and an authority. Rows without them cannot be placed.
--   catalogue/crcs.yaml:128

CREATE OR REPLACE TEMP VIEW crcs_2_rows_with_keys AS
WITH
-- crcs_1_as_held: Each child receiving care and support on 31 March, as returned, with any codes
--   trimmed and in upper case, and blank codes missing
--   catalogue/crcs.yaml:121
crcs_1_as_held AS (
    SELECT
        CHILD_CODE_PE AS child_code,
        LOCAL_AUTHORITY_CODE AS local_authority,
        YEAR_CODE AS year_code,
        PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE AS parents_substance_misuse,
        PARENTING_CAPACITY_LEARNING_DISABILITIES AS parents_learning_disabilities,
        PARENTING_CAPACITY_MENTAL_ILL_HEALTH AS parents_mental_ill_health,
        PARENTING_CAPACITY_PHYSICAL_ILL_HEALTH AS parents_physical_ill_health,
        PARENTING_CAPACITY_DOMESTIC_ABUSE AS parents_domestic_abuse
    FROM CRCS_MAIN_CRCS AS crcs_children
)
-- crcs_2_rows_with_keys: rows with a child code and an authority. Rows without them cannot be
--   placed.
SELECT
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse
FROM crcs_1_as_held
WHERE child_code IS NOT NULL AND local_authority IS NOT NULL;

-- =================================================================================================
-- 5. crcs_3_returns_of_study
-- =================================================================================================
-- Returns of the years that the study uses. The study says from when and until when it uses data.
--   catalogue/crcs.yaml:132

CREATE OR REPLACE TEMP VIEW crcs_3_returns_of_study AS
SELECT
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse
FROM crcs_2_rows_with_keys
WHERE year_code >= 200304 AND year_code <= 202021;

-- =================================================================================================
-- 6. crcs
-- =================================================================================================
-- The person of each code. A child code is unique only within its authority. Children without an
-- accepted link cannot be followed in other data. The day of the census, and the parental factors
-- as yes or no. The return gives the year only, and holds the factors as numbers.
--   catalogue/crcs.yaml:140

CREATE OR REPLACE TEMP TABLE crcs AS
WITH
-- crcs_4_linked_person: the person of each code. A child code is unique only within its authority.
--   Children without an accepted link cannot be followed in other data.
--   catalogue/crcs.yaml:136
crcs_4_linked_person AS (
    SELECT
        unit_map.first_unit AS person,
        each_row.child_code,
        each_row.local_authority,
        each_row.year_code,
        each_row.parents_substance_misuse,
        each_row.parents_learning_disabilities,
        each_row.parents_mental_ill_health,
        each_row.parents_physical_ill_health,
        each_row.parents_domestic_abuse
    FROM crcs_3_returns_of_study AS each_row
    JOIN keys_of_crcs_links AS unit_map
        ON unit_map.child_code = each_row.child_code
        AND unit_map.local_authority = each_row.local_authority
)
-- crcs: the person of each code. A child code is unique only within its authority. Children without
--   an accepted link cannot be followed in other data. The day of the census, and the parental
--   factors as yes or no. The return gives the year only, and holds the factors as numbers.
SELECT
    person,
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse,
    CASE
        WHEN CAST(year_code AS BIGINT) >= 0
            AND CAST(year_code AS BIGINT) <= 999899
            THEN make_date((CAST(year_code AS BIGINT) // 100) + 1, 3, 31)
    END AS census_date,
    CASE WHEN parents_substance_misuse = 1 THEN 1 WHEN parents_substance_misuse <> 1 THEN 0 END
        AS parental_substance_misuse
FROM crcs_4_linked_person;

-- =================================================================================================
-- 7. exposed_records
-- =================================================================================================
-- Only rows where the parental substance misuse is yes.
--   specs/crcs_substance_misuse_injury.yaml:38

CREATE OR REPLACE TEMP VIEW exposed_records AS
SELECT
    person,
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse,
    census_date,
    parental_substance_misuse
FROM crcs
WHERE parental_substance_misuse = 1;

-- =================================================================================================
-- 8. first_exposed_record
-- =================================================================================================
-- The first row by census date for each person.
--   specs/crcs_substance_misuse_injury.yaml:42

CREATE OR REPLACE TEMP TABLE first_exposed_record AS
WITH
-- first_exposed_record_in_order: number the rows of each person
first_exposed_record_in_order AS (
    SELECT
        person,
        child_code,
        local_authority,
        year_code,
        parents_substance_misuse,
        parents_learning_disabilities,
        parents_mental_ill_health,
        parents_physical_ill_health,
        parents_domestic_abuse,
        census_date,
        parental_substance_misuse,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY census_date ASC NULLS LAST, child_code ASC NULLS LAST, local_authority ASC NULLS LAST,
                year_code ASC NULLS LAST, parents_substance_misuse ASC NULLS LAST,
                parents_learning_disabilities ASC NULLS LAST, parents_mental_ill_health ASC NULLS LAST,
                parents_physical_ill_health ASC NULLS LAST, parents_domestic_abuse ASC NULLS LAST,
                parental_substance_misuse ASC NULLS LAST
        ) AS place_in_order
    FROM exposed_records
    WHERE census_date IS NOT NULL
)
-- first_exposed_record: the first row by census date for each person
SELECT
    person,
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse,
    census_date,
    parental_substance_misuse
FROM first_exposed_record_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 9. pupil_links
-- =================================================================================================
-- Rows with a linking field of an accepted match status. The study says how sure a routine match
-- must be. The linking field as the person. The unit of the study is the person.
--   catalogue/eduw.yaml:400

CREATE OR REPLACE TEMP TABLE pupil_links AS
WITH
-- pupil_links_1_as_held: Anonymised linking field of each pupil number, with any codes trimmed and
--   in upper case, and blank codes missing
--   catalogue/eduw.yaml:389
pupil_links_1_as_held AS (
    SELECT IRN_PE AS pupil, ALF_PE AS alf, ALF_STS_CD AS match_status, WOB AS week_of_birth
    FROM EDUW_PUPIL_ALF AS eduw_pupil_alf
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

-- =================================================================================================
-- 10. people_2_rows_with_linking_field
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
-- 11. people
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
-- 12. pupil_persons
-- =================================================================================================
-- The pupil numbers of a person who has several: those with the week of birth of the demographic
-- service. Several pupil numbers can share one person by mistake.
--   catalogue/eduw.yaml:416

CREATE OR REPLACE TEMP VIEW pupil_persons AS
WITH
-- pupil_persons_1_as_held: all rows of pupil links
--   catalogue/eduw.yaml:409
pupil_persons_1_as_held AS (
    SELECT pupil, person, match_status, week_of_birth
    FROM pupil_links
),
-- pupil_persons_count_distinct: how many different values the rows of pupil_links have
pupil_persons_count_distinct AS (
    SELECT person, COUNT(DISTINCT pupil) AS answer
    FROM pupil_links
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
LEFT JOIN people ON people.person = pupil_persons_1_as_held.person
LEFT JOIN pupil_persons_count_distinct ON pupil_persons_count_distinct.person = pupil_persons_1_as_held.person
WHERE pupil_persons_1_as_held.week_of_birth = people.week_of_birth
    OR COALESCE(pupil_persons_count_distinct.answer, 0) = 1;

-- =================================================================================================
-- 13. keys_of_pupil_persons
-- =================================================================================================
-- The smallest and the largest person that pupil_persons gives each pupil.
--   Why: Where they differ, several are linked to one key. The smallest is then taken.
--   catalogue/eduw.yaml:416

CREATE OR REPLACE TEMP TABLE keys_of_pupil_persons AS
SELECT pupil, MIN(person) AS first_unit, MAX(person) AS last_unit
FROM pupil_persons
WHERE pupil IS NOT NULL AND person IS NOT NULL
GROUP BY pupil;

-- =================================================================================================
-- 14. school_records_2_january_returns
-- =================================================================================================
-- Returns of January. The January census is the yearly one, returns of other months occur too.
--   catalogue/eduw.yaml:428

CREATE OR REPLACE TEMP VIEW school_records_2_january_returns AS
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
        UPPER(
            CASE
                WHEN SENPROVISION LIKE ' %' OR SENPROVISION LIKE '% ' THEN NULLIF(TRIM(SENPROVISION, ' '), '')
                WHEN SENPROVISION <> '' THEN SENPROVISION
            END
        ) AS sen_provision,
        FSMELIGIBLE AS fsm_eligible
    FROM EDUW_PUPIL AS eduw_pupils
)
-- school_records_2_january_returns: returns of January. The January census is the yearly one,
--   returns of other months occur too.
SELECT pupil, year_month, education_authority, school, sen_provision, fsm_eligible
FROM school_records_1_as_held
WHERE MOD(MOD(CAST(year_month AS BIGINT), 100) + 100, 100) = 1;

-- =================================================================================================
-- 15. school_records_3_linked_person
-- =================================================================================================
-- The person of each pupil number. Pupils without an accepted link cannot be followed in other
-- data.
--   catalogue/eduw.yaml:432

CREATE OR REPLACE TEMP VIEW school_records_3_linked_person AS
SELECT
    unit_map.first_unit AS person,
    each_row.pupil,
    each_row.year_month,
    each_row.education_authority,
    each_row.school,
    each_row.sen_provision,
    each_row.fsm_eligible
FROM school_records_2_january_returns AS each_row
JOIN keys_of_pupil_persons AS unit_map ON unit_map.pupil = each_row.pupil;

-- =================================================================================================
-- 16. routine_links
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
-- 17. keys_of_routine_links
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
-- 18. care_persons_routine_2_rows_with_keys
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
        EPISODE_END_DATE AS end_date
    FROM LACW_EPISODE_MAIN AS lacw_episodes
)
-- care_persons_routine_2_rows_with_keys: rows with a child code and an authority. The table of
--   routine links knows a child only by the authority's own code, which is unique within it.
SELECT system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date
FROM care_persons_routine_1_as_held
WHERE hybrid_id IS NOT NULL AND system_id IS NOT NULL AND local_authority IS NOT NULL;

-- =================================================================================================
-- 19. care_persons_routine_3_linked_person
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
    each_row.end_date
FROM care_persons_routine_2_rows_with_keys AS each_row
JOIN keys_of_routine_links AS unit_map
    ON unit_map.system_id = each_row.system_id
    AND unit_map.local_authority = each_row.local_authority;

-- =================================================================================================
-- 20. care_persons_routine
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
        ROW_NUMBER() OVER (
            PARTITION BY person, hybrid_id
            ORDER BY local_authority ASC NULLS LAST, year_code ASC NULLS LAST, episode_number ASC NULLS LAST,
                system_id ASC NULLS LAST, start_date ASC NULLS LAST, end_date ASC NULLS LAST
        ) AS place_in_order
    FROM care_persons_routine_3_linked_person
    WHERE hybrid_id IS NOT NULL
),
-- care_persons_routine_4_one_row_for_each_code: one row for each code and person. A code stands in
--   every return and episode of its child.
--   catalogue/lacw.yaml:448
care_persons_routine_4_one_row_for_each_code AS (
    SELECT person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date
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
    2 AS order_of_link
FROM care_persons_routine_4_one_row_for_each_code;

-- =================================================================================================
-- 21. care_persons
-- =================================================================================================
-- The improved link, or else the routine one. Improved links were added only where routine matching
-- gave none.
--   catalogue/lacw.yaml:489

CREATE OR REPLACE TEMP VIEW care_persons AS
WITH
-- care_persons_1_as_held: all rows of care persons routine
--   catalogue/lacw.yaml:482
care_persons_1_as_held AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        order_of_link
    FROM care_persons_routine
),
-- care_persons_in_order: number the rows of each hybrid_id
care_persons_in_order AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        order_of_link,
        ROW_NUMBER() OVER (
            PARTITION BY hybrid_id
            ORDER BY order_of_link ASC NULLS LAST, local_authority ASC NULLS LAST, year_code ASC NULLS LAST,
                episode_number ASC NULLS LAST, person ASC NULLS LAST, system_id ASC NULLS LAST,
                start_date ASC NULLS LAST, end_date ASC NULLS LAST
        ) AS place_in_order
    FROM care_persons_1_as_held
    WHERE order_of_link IS NOT NULL
)
-- care_persons: the improved link, or else the routine one. Improved links were added only where
--   routine matching gave none.
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    order_of_link
FROM care_persons_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 22. keys_of_care_persons
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
-- 23. care_episodes_2_rows_with_keys
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
        EPISODE_END_DATE AS end_date
    FROM LACW_EPISODE_MAIN AS lacw_episodes
)
-- care_episodes_2_rows_with_keys: rows with a child code, an authority and a first day. Rows
--   without them cannot be placed.
SELECT system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date
FROM care_episodes_1_as_held
WHERE hybrid_id IS NOT NULL AND local_authority IS NOT NULL AND start_date IS NOT NULL;

-- =================================================================================================
-- 24. care_episodes_3_returns_of_study
-- =================================================================================================
-- Returns of the years that the study uses. The study says from when and until when it uses data.
--   catalogue/lacw.yaml:535

CREATE OR REPLACE TEMP VIEW care_episodes_3_returns_of_study AS
SELECT system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date
FROM care_episodes_2_rows_with_keys
WHERE year_code >= 200304 AND year_code <= 202021;

-- =================================================================================================
-- 25. care_episodes_4_end_not_before_start
-- =================================================================================================
-- Episodes that do not end before they start. A reversed episode has an error in one of its dates.
--   catalogue/lacw.yaml:539

CREATE OR REPLACE TEMP VIEW care_episodes_4_end_not_before_start AS
SELECT system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date
FROM care_episodes_3_returns_of_study
WHERE end_date IS NULL OR end_date >= start_date;

-- =================================================================================================
-- 26. hospital_spells_2_accepted_links
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
        ADMIS_DT AS admission_date,
        UPPER(
            CASE
                WHEN ADMIS_MTHD_CD LIKE ' %'
                    OR ADMIS_MTHD_CD LIKE '% '
                    THEN NULLIF(TRIM(ADMIS_MTHD_CD, ' '), '')
                WHEN ADMIS_MTHD_CD <> '' THEN ADMIS_MTHD_CD
            END
        ) AS admission_method
    FROM PEDW_SPELL AS pedw_spells
)
-- hospital_spells_2_accepted_links: rows with a linking field of an accepted match status. The
--   study says how sure a routine match must be.
SELECT provider_unit, spell_number, alf, match_status, admission_date, admission_method
FROM hospital_spells_1_as_held
WHERE alf IS NOT NULL AND match_status IN ('1', '4', '39');

-- =================================================================================================
-- 27. hospital_spells
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
    SELECT provider_unit, spell_number, alf, match_status, admission_date, admission_method
    FROM hospital_spells_2_accepted_links
    WHERE admission_date IS NOT NULL AND admission_date <= DATE '2021-03-31'
)
-- hospital_spells: spells with an admission up to the end of the study's data. An admission without
--   a date cannot be placed. The linking field as the person. The unit of the study is the person.
SELECT provider_unit, spell_number, alf AS person, match_status, admission_date, admission_method
FROM hospital_spells_3_rows_with_date;

-- =================================================================================================
-- 28. keys_of_hospital_spells
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
-- 29. index_dates
-- =================================================================================================
-- Each person that may enter, with the index date.
--   specs/crcs_substance_misuse_injury.yaml:72

CREATE OR REPLACE TEMP TABLE index_dates AS
SELECT person, census_date AS index_date
FROM first_exposed_record
WHERE person IS NOT NULL AND census_date IS NOT NULL;

-- =================================================================================================
-- 30. school_records
-- =================================================================================================
-- Returns up to the end of the study's data. The study says until when it uses data.
--   catalogue/eduw.yaml:445

CREATE OR REPLACE TEMP TABLE school_records AS
WITH
-- school_records_4_day_of_census_of_everybody: the day that the return is known by, and the order
--   of provision from most to least. The table has the month only, on the last day of January the
--   return has surely been made.
--   catalogue/eduw.yaml:436
school_records_4_day_of_census_of_everybody AS (
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
                THEN make_date((CAST(year_month AS BIGINT) // 100), 1, 31)
        END AS census_date
    FROM school_records_3_linked_person
),
-- school_records_4_day_of_census_bounds: the earliest and the latest index date
school_records_4_day_of_census_bounds AS (
    SELECT MIN(index_date) AS earliest_index_date, MAX(index_date) AS latest_index_date
    FROM index_dates
),
-- school_records_4_day_of_census: the rows of school_records_4_day_of_census with a census date
--   that a window around some index date can reach
--   Why: No index date reaches further.
--   catalogue/eduw.yaml:436
school_records_4_day_of_census AS (
    SELECT
        school_records_4_day_of_census_of_everybody.person,
        school_records_4_day_of_census_of_everybody.pupil,
        school_records_4_day_of_census_of_everybody.year_month,
        school_records_4_day_of_census_of_everybody.education_authority,
        school_records_4_day_of_census_of_everybody.school,
        school_records_4_day_of_census_of_everybody.sen_provision,
        school_records_4_day_of_census_of_everybody.fsm_eligible,
        school_records_4_day_of_census_of_everybody.census_date
    FROM school_records_4_day_of_census_of_everybody
    JOIN school_records_4_day_of_census_bounds ON 1 = 1
    WHERE CAST(school_records_4_day_of_census_bounds.earliest_index_date + to_years(-1) AS DATE)
        <= school_records_4_day_of_census_of_everybody.census_date
        AND school_records_4_day_of_census_of_everybody.census_date
            < school_records_4_day_of_census_bounds.latest_index_date
)
-- school_records: returns up to the end of the study's data. The study says until when it uses
--   data.
SELECT person, pupil, year_month, education_authority, school, sen_provision, fsm_eligible, census_date
FROM school_records_4_day_of_census
WHERE census_date <= DATE '2021-03-31';

-- =================================================================================================
-- 31. school_census
-- =================================================================================================
-- One row for each person and year. A pupil on roll at two schools is one pupil.
--   catalogue/eduw.yaml:465

CREATE OR REPLACE TEMP TABLE school_census AS
WITH
-- school_census_1_as_held: all rows of school records
--   catalogue/eduw.yaml:450
school_census_1_as_held AS (
    SELECT person, pupil, year_month, education_authority, school, sen_provision, fsm_eligible, census_date
    FROM school_records
),
-- school_census_2_facts_of_the_year_largest: the largest value of the rows of school_records
school_census_2_facts_of_the_year_largest AS (
    SELECT person, year_month, MAX(fsm_eligible) AS answer
    FROM school_records
    GROUP BY person, year_month
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
        CASE
            WHEN school_census_2_facts_of_the_year_largest.answer = 1 THEN 1
            WHEN school_census_2_facts_of_the_year_largest.answer <> 1 THEN 0
        END AS free_school_meals,
        (
            CAST(
                YEAR(school_census_1_as_held.census_date) - CASE
                    WHEN MONTH(school_census_1_as_held.census_date) < 9 THEN 1
                    ELSE 0
                END AS BIGINT
            ) - (YEAR(people.week_of_birth) - CASE WHEN MONTH(people.week_of_birth) < 9 THEN 1 ELSE 0 END)
        ) - 5 AS year_group
    FROM school_census_1_as_held
    LEFT JOIN school_census_2_facts_of_the_year_largest
        ON school_census_2_facts_of_the_year_largest.person = school_census_1_as_held.person
        AND school_census_2_facts_of_the_year_largest.year_month = school_census_1_as_held.year_month
    LEFT JOIN people ON people.person = school_census_1_as_held.person
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
        free_school_meals,
        year_group,
        ROW_NUMBER() OVER (
            PARTITION BY person, year_month
            ORDER BY pupil ASC NULLS LAST, education_authority ASC NULLS LAST, school ASC NULLS LAST,
                sen_provision ASC NULLS LAST, fsm_eligible ASC NULLS LAST, census_date ASC NULLS LAST,
                free_school_meals ASC NULLS LAST, year_group ASC NULLS LAST
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
    free_school_meals,
    year_group
FROM school_census_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 32. candidate_units
-- =================================================================================================
-- Each unit of the population and of the pool, once.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE candidate_units AS
WITH
-- candidate_units_each: the units of the population, and those of the pool
candidate_units_each AS (
    SELECT person
    FROM index_dates
    UNION ALL
    SELECT person
    FROM school_census
    WHERE person IS NOT NULL
)
-- candidate_units: each unit of the population and of the pool, once
SELECT person
FROM candidate_units_each
GROUP BY person;

-- =================================================================================================
-- 33. care_episodes_5_linked_person
-- =================================================================================================
-- The person of each code. Children without an accepted link cannot be followed in other data.
--   catalogue/lacw.yaml:548

CREATE OR REPLACE TEMP VIEW care_episodes_5_linked_person AS
WITH
-- care_episodes_5_linked_person_keys: of all keys those of units that belong to the population or
--   the pool
--   Why: Later steps read no others.
--   catalogue/lacw.yaml:548
care_episodes_5_linked_person_keys AS (
    SELECT hybrid_id, first_unit, last_unit
    FROM keys_of_care_persons
    WHERE first_unit IN (
        SELECT person
        FROM candidate_units
    )
)
-- care_episodes_5_linked_person: the person of each code. Children without an accepted link cannot
--   be followed in other data.
SELECT
    unit_map.first_unit AS person,
    each_row.system_id,
    each_row.hybrid_id,
    each_row.year_code,
    each_row.local_authority,
    each_row.episode_number,
    each_row.start_date,
    each_row.end_date
FROM care_episodes_4_end_not_before_start AS each_row
JOIN care_episodes_5_linked_person_keys AS unit_map ON unit_map.hybrid_id = each_row.hybrid_id;

-- =================================================================================================
-- 34. care_episodes_6_latest_return_of_person
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
        ROW_NUMBER() OVER (
            PARTITION BY person, start_date
            ORDER BY year_code DESC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                episode_number ASC NULLS LAST, system_id ASC NULLS LAST, end_date ASC NULLS LAST
        ) AS place_in_order
    FROM care_episodes_5_linked_person
    WHERE year_code IS NOT NULL
)
-- care_episodes_6_latest_return_of_person: the latest return of each episode. An episode that
--   crosses 31 March is returned again each year with the same first day.
SELECT person, system_id, hybrid_id, year_code, local_authority, episode_number, start_date, end_date
FROM care_episodes_6_latest_return_of_person_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 35. care_episodes
-- =================================================================================================
-- The first day outside each episode. The recorded end is a day in the episode, and missing ends
-- are filled by rule.
--   catalogue/lacw.yaml:565

CREATE OR REPLACE TEMP TABLE care_episodes AS
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
-- residence_1_as_held: of everybody's rows those that belong to the population or the pool
--   Why: Later steps read no others.
--   catalogue/wdsd.yaml:402
residence_1_as_held AS (
    SELECT alf, start_date, end_date, welsh_address
    FROM residence_1_as_held_of_everybody
    WHERE alf IN (
        SELECT person
        FROM candidate_units
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
--   Why: A gap of up to 30 days between two addresses is most often a late registration, not a move
--     out of Wales.
--   specs/crcs_substance_misuse_injury.yaml:67

CREATE OR REPLACE TEMP TABLE home_in_wales AS
WITH
-- home_in_wales_1_where: only rows where the in wales is yes
--   specs/crcs_substance_misuse_injury.yaml:66
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
-- 39. school_record
-- =================================================================================================
-- The last row by census date for each person and index date.
--   Why: The January school census in the same school year as the 31 March count.
--   specs/crcs_substance_misuse_injury.yaml:47

CREATE OR REPLACE TEMP TABLE school_record AS
WITH
-- school_record_1_for_each_entry: the rows beside each entry of the person
--   specs/crcs_substance_misuse_injury.yaml:46
school_record_1_for_each_entry AS (
    SELECT
        school_census.person,
        school_census.pupil,
        school_census.year_month,
        school_census.education_authority,
        school_census.school,
        school_census.sen_provision,
        school_census.fsm_eligible,
        school_census.census_date,
        school_census.free_school_meals,
        school_census.year_group,
        index_dates.index_date
    FROM school_census
    JOIN index_dates ON index_dates.person = school_census.person
),
-- school_record_2_where: only rows where the census date falls from 1 year before the index date
--   until the day before the index date
--   specs/crcs_substance_misuse_injury.yaml:46
school_record_2_where AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        free_school_meals,
        year_group,
        index_date
    FROM school_record_1_for_each_entry
    WHERE CAST(index_date + to_years(-1) AS DATE) <= census_date AND census_date < index_date
),
-- school_record_in_order: number the rows of each person, index_date
school_record_in_order AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        free_school_meals,
        year_group,
        index_date,
        ROW_NUMBER() OVER (
            PARTITION BY person, index_date
            ORDER BY census_date DESC NULLS LAST, pupil ASC NULLS LAST, year_month ASC NULLS LAST,
                education_authority ASC NULLS LAST, school ASC NULLS LAST, sen_provision ASC NULLS LAST,
                fsm_eligible ASC NULLS LAST, free_school_meals ASC NULLS LAST, year_group ASC NULLS LAST
        ) AS place_in_order
    FROM school_record_2_where
    WHERE census_date IS NOT NULL
)
-- school_record: the last row by census date for each person and index date
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    free_school_meals,
    year_group,
    index_date
FROM school_record_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 40. entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/crcs_substance_misuse_injury.yaml:72
-- matched_key_1: the year group of the school record
--   specs/crcs_substance_misuse_injury.yaml:88
-- matched_key_2: the sex of the people
--   specs/crcs_substance_misuse_injury.yaml:88
-- matched_key_3: the education authority of the school record
--   specs/crcs_substance_misuse_injury.yaml:88
-- matched_nearest: the week of birth of the people
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE entries AS
WITH
-- shared_1_any: those who have such rows of home_in_wales
shared_1_any AS (
    SELECT index_dates.person, index_dates.index_date, 1 AS answer
    FROM index_dates
    JOIN home_in_wales ON index_dates.person = home_in_wales.person
    WHERE home_in_wales.start_date <= index_dates.index_date AND index_dates.index_date < home_in_wales.until
    GROUP BY index_dates.person, index_dates.index_date
),
-- shared_1: used by several variables or steps
--   specs/crcs_substance_misuse_injury.yaml:72
shared_1 AS (
    SELECT index_dates.person, index_dates.index_date, COALESCE(shared_1_any.answer, 0) AS shared_1
    FROM index_dates
    LEFT JOIN shared_1_any
        ON shared_1_any.person = index_dates.person
        AND shared_1_any.index_date = index_dates.index_date
)
-- entries: variables beside each entry
SELECT
    index_dates.person,
    index_dates.index_date,
    shared_1.shared_1,
    school_record.year_group AS matched_key_1,
    people.sex AS matched_key_2,
    school_record.education_authority AS matched_key_3,
    people.week_of_birth AS matched_nearest
FROM index_dates
LEFT JOIN shared_1 ON shared_1.person = index_dates.person AND shared_1.index_date = index_dates.index_date
LEFT JOIN school_record
    ON school_record.person = index_dates.person
    AND school_record.index_date = index_dates.index_date
LEFT JOIN people ON people.person = index_dates.person;

-- =================================================================================================
-- 41. population_steps
-- =================================================================================================
-- Which steps each entry passes, the first that it does not, and how many it does not.
--   specs/crcs_substance_misuse_injury.yaml:72
-- counted_in_study_years: the index date falls from 31 March 2017 through 31 March 2020
--   specs/crcs_substance_misuse_injury.yaml:75
-- school_age: the age in whole years on the index date is at least 5, and the age in whole years on
--   the index date is less than 16
--   specs/crcs_substance_misuse_injury.yaml:77
-- in_school_census: the census date of the school record is known
--   Why: Cases and peers must come from the same frame.
--   specs/crcs_substance_misuse_injury.yaml:79
-- lives_in_wales: there is at least one among the rows of home in wales in which the index date
--   falls from the start date until the day before the first day outside
--   specs/crcs_substance_misuse_injury.yaml:82
-- two_years_of_data: 2 years after the index date is on or before 31 March 2021
--   specs/crcs_substance_misuse_injury.yaml:84

CREATE OR REPLACE TEMP TABLE population_steps AS
WITH
-- population_steps_flagged: 1 where the condition of a step is true, else 0
population_steps_flagged AS (
    SELECT
        entries.person,
        entries.index_date,
        CASE
            WHEN DATE '2017-03-31' <= entries.index_date AND entries.index_date <= DATE '2020-03-31' THEN 1
            ELSE 0
        END AS counted_in_study_years,
        CASE
            WHEN (YEAR(entries.index_date) - YEAR(people.week_of_birth)) - CASE
                WHEN MONTH(entries.index_date) * 100 + DAY(entries.index_date) < MONTH(
                    people.week_of_birth
                ) * 100 + DAY(people.week_of_birth)
                    THEN 1
                ELSE 0
            END >= 5
                AND (YEAR(entries.index_date) - YEAR(people.week_of_birth)) - CASE
                    WHEN MONTH(entries.index_date) * 100 + DAY(entries.index_date) < MONTH(
                        people.week_of_birth
                    ) * 100 + DAY(people.week_of_birth)
                        THEN 1
                    ELSE 0
                END < 16
                THEN 1
            ELSE 0
        END AS school_age,
        CASE WHEN school_record.census_date IS NOT NULL THEN 1 ELSE 0 END AS in_school_census,
        CASE WHEN entries.shared_1 = 1 THEN 1 ELSE 0 END AS lives_in_wales,
        CASE WHEN CAST(entries.index_date + to_years(2) AS DATE) <= DATE '2021-03-31' THEN 1 ELSE 0 END
            AS two_years_of_data
    FROM entries
    LEFT JOIN people ON people.person = entries.person
    LEFT JOIN school_record
        ON school_record.person = entries.person
        AND school_record.index_date = entries.index_date
)
-- population_steps: which steps each entry passes, the first that it does not, and how many it does
--   not
SELECT
    person,
    index_date,
    counted_in_study_years,
    school_age,
    in_school_census,
    lives_in_wales,
    two_years_of_data,
    CASE
        WHEN counted_in_study_years = 0 THEN 1
        WHEN school_age = 0 THEN 2
        WHEN in_school_census = 0 THEN 3
        WHEN lives_in_wales = 0 THEN 4
        WHEN two_years_of_data = 0 THEN 5
        ELSE 0
    END AS stopped_at,
    5 - (counted_in_study_years + school_age + in_school_census + lives_in_wales + two_years_of_data)
        AS steps_failed
FROM population_steps_flagged;

-- =================================================================================================
-- 42. cases
-- =================================================================================================
-- The entries that pass every step.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE cases AS
SELECT
    entries.person,
    entries.index_date,
    entries.matched_key_1,
    entries.matched_key_2,
    entries.matched_key_3,
    entries.matched_nearest
FROM entries
JOIN population_steps
    ON entries.person = population_steps.person
    AND entries.index_date = population_steps.index_date
WHERE population_steps.stopped_at = 0;

-- =================================================================================================
-- 43. candidates
-- =================================================================================================
-- Each unit of the pool with each index date of a case.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE candidates AS
WITH
-- candidates_units: each unit of the pool
candidates_units AS (
    SELECT person
    FROM school_census
    WHERE person IS NOT NULL
    GROUP BY person
),
-- candidates_dates: each index date of a case
candidates_dates AS (
    SELECT index_date
    FROM cases
    GROUP BY index_date
)
-- candidates: each unit of the pool with each index date of a case
SELECT candidates_units.person, candidates_dates.index_date
FROM candidates_units
JOIN candidates_dates ON 1 = 1;

-- =================================================================================================
-- 44. candidate_rows_school_record
-- =================================================================================================
-- The last row by census date for each person and index date.
--   Why: The January school census in the same school year as the 31 March count.
--   specs/crcs_substance_misuse_injury.yaml:47

CREATE OR REPLACE TEMP TABLE candidate_rows_school_record AS
WITH
-- school_record_1_for_each_entry: the rows beside each entry of the person
--   specs/crcs_substance_misuse_injury.yaml:46
school_record_1_for_each_entry AS (
    SELECT
        school_census.person,
        school_census.pupil,
        school_census.year_month,
        school_census.education_authority,
        school_census.school,
        school_census.sen_provision,
        school_census.fsm_eligible,
        school_census.census_date,
        school_census.free_school_meals,
        school_census.year_group,
        candidates.index_date
    FROM school_census
    JOIN candidates ON candidates.person = school_census.person
),
-- school_record_2_where: only rows where the census date falls from 1 year before the index date
--   until the day before the index date
--   specs/crcs_substance_misuse_injury.yaml:46
school_record_2_where AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        free_school_meals,
        year_group,
        index_date
    FROM school_record_1_for_each_entry
    WHERE CAST(index_date + to_years(-1) AS DATE) <= census_date AND census_date < index_date
),
-- school_record_in_order: number the rows of each person, index_date
school_record_in_order AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        free_school_meals,
        year_group,
        index_date,
        ROW_NUMBER() OVER (
            PARTITION BY person, index_date
            ORDER BY census_date DESC NULLS LAST, pupil ASC NULLS LAST, year_month ASC NULLS LAST,
                education_authority ASC NULLS LAST, school ASC NULLS LAST, sen_provision ASC NULLS LAST,
                fsm_eligible ASC NULLS LAST, free_school_meals ASC NULLS LAST, year_group ASC NULLS LAST
        ) AS place_in_order
    FROM school_record_2_where
    WHERE census_date IS NOT NULL
)
-- school_record: the last row by census date for each person and index date
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    free_school_meals,
    year_group,
    index_date
FROM school_record_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 45. candidate_entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/crcs_substance_misuse_injury.yaml:72
-- matched_key_1: the year group of the school record
--   specs/crcs_substance_misuse_injury.yaml:88
-- matched_key_2: the sex of the people
--   specs/crcs_substance_misuse_injury.yaml:88
-- matched_key_3: the education authority of the school record
--   specs/crcs_substance_misuse_injury.yaml:88
-- matched_nearest: the week of birth of the people
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP VIEW candidate_entries AS
SELECT
    candidates.person,
    candidates.index_date,
    candidate_rows_school_record.year_group AS matched_key_1,
    people.sex AS matched_key_2,
    candidate_rows_school_record.education_authority AS matched_key_3,
    people.week_of_birth AS matched_nearest
FROM candidates
LEFT JOIN candidate_rows_school_record
    ON candidate_rows_school_record.person = candidates.person
    AND candidate_rows_school_record.index_date = candidates.index_date
LEFT JOIN people ON people.person = candidates.person;

-- =================================================================================================
-- 46. candidate_alike
-- =================================================================================================
-- The candidates who are like a case of the same date in all that must be the same.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE candidate_alike AS
WITH
-- candidate_alike_looked_for: what the cases of each index date are matched on, once
candidate_alike_looked_for AS (
    SELECT index_date, matched_key_1, matched_key_2, matched_key_3
    FROM cases
    GROUP BY index_date, matched_key_1, matched_key_2, matched_key_3
)
-- candidate_alike: the candidates who are like a case of the same date in all that must be the same
SELECT
    candidate_entries.person,
    candidate_entries.index_date,
    candidate_entries.matched_key_1,
    candidate_entries.matched_key_2,
    candidate_entries.matched_key_3,
    candidate_entries.matched_nearest
FROM candidate_entries
JOIN candidate_alike_looked_for
    ON candidate_entries.index_date = candidate_alike_looked_for.index_date
    AND candidate_entries.matched_key_1 = candidate_alike_looked_for.matched_key_1
    AND candidate_entries.matched_key_2 = candidate_alike_looked_for.matched_key_2
    AND candidate_entries.matched_key_3 = candidate_alike_looked_for.matched_key_3;

-- =================================================================================================
-- 47. candidate_step_entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/crcs_substance_misuse_injury.yaml:72

CREATE OR REPLACE TEMP TABLE candidate_step_entries AS
WITH
-- shared_1_any: those who have such rows of home_in_wales
shared_1_any AS (
    SELECT candidate_alike.person, candidate_alike.index_date, 1 AS answer
    FROM candidate_alike
    JOIN home_in_wales ON candidate_alike.person = home_in_wales.person
    WHERE home_in_wales.start_date <= candidate_alike.index_date
        AND candidate_alike.index_date < home_in_wales.until
    GROUP BY candidate_alike.person, candidate_alike.index_date
),
-- shared_1: used by several variables or steps
--   specs/crcs_substance_misuse_injury.yaml:72
shared_1 AS (
    SELECT candidate_alike.person, candidate_alike.index_date, COALESCE(shared_1_any.answer, 0) AS shared_1
    FROM candidate_alike
    LEFT JOIN shared_1_any
        ON shared_1_any.person = candidate_alike.person
        AND shared_1_any.index_date = candidate_alike.index_date
)
-- candidate_step_entries: variables beside each entry
SELECT candidate_alike.person, candidate_alike.index_date, shared_1.shared_1
FROM candidate_alike
LEFT JOIN shared_1
    ON shared_1.person = candidate_alike.person
    AND shared_1.index_date = candidate_alike.index_date;

-- =================================================================================================
-- 48. candidate_steps
-- =================================================================================================
-- Which steps each entry passes, the first that it does not, and how many it does not.
--   specs/crcs_substance_misuse_injury.yaml:88
-- never_received_care_and_support: there is none among the rows of crcs in which the census date is
--   on or before the index date
--   specs/crcs_substance_misuse_injury.yaml:91
-- never_looked_after: there is none among the rows of care episodes in which the start date is on
--   or before the index date
--   specs/crcs_substance_misuse_injury.yaml:93
-- lives_in_wales: there is at least one among the rows of home in wales in which the index date
--   falls from the start date until the day before the first day outside
--   specs/crcs_substance_misuse_injury.yaml:95

CREATE OR REPLACE TEMP VIEW candidate_steps AS
WITH
-- candidate_steps_none: those who have such rows of crcs
candidate_steps_none AS (
    SELECT candidate_step_entries.person, candidate_step_entries.index_date, 0 AS answer
    FROM candidate_step_entries
    JOIN crcs ON candidate_step_entries.person = crcs.person
    WHERE crcs.census_date <= candidate_step_entries.index_date
    GROUP BY candidate_step_entries.person, candidate_step_entries.index_date
),
-- candidate_steps_none_2: those who have such rows of care_episodes
candidate_steps_none_2 AS (
    SELECT candidate_step_entries.person, candidate_step_entries.index_date, 0 AS answer
    FROM candidate_step_entries
    JOIN care_episodes ON candidate_step_entries.person = care_episodes.person
    WHERE care_episodes.start_date <= candidate_step_entries.index_date
    GROUP BY candidate_step_entries.person, candidate_step_entries.index_date
),
-- candidate_steps_flagged: 1 where the condition of a step is true, else 0
candidate_steps_flagged AS (
    SELECT
        candidate_step_entries.person,
        candidate_step_entries.index_date,
        CASE WHEN COALESCE(candidate_steps_none.answer, 1) = 1 THEN 1 ELSE 0 END
            AS never_received_care_and_support,
        CASE WHEN COALESCE(candidate_steps_none_2.answer, 1) = 1 THEN 1 ELSE 0 END AS never_looked_after,
        CASE WHEN candidate_step_entries.shared_1 = 1 THEN 1 ELSE 0 END AS lives_in_wales
    FROM candidate_step_entries
    LEFT JOIN candidate_steps_none
        ON candidate_steps_none.person = candidate_step_entries.person
        AND candidate_steps_none.index_date = candidate_step_entries.index_date
    LEFT JOIN candidate_steps_none_2
        ON candidate_steps_none_2.person = candidate_step_entries.person
        AND candidate_steps_none_2.index_date = candidate_step_entries.index_date
)
-- candidate_steps: which steps each entry passes, the first that it does not, and how many it does
--   not
SELECT
    person,
    index_date,
    never_received_care_and_support,
    never_looked_after,
    lives_in_wales,
    CASE
        WHEN never_received_care_and_support = 0 THEN 1
        WHEN never_looked_after = 0 THEN 2
        WHEN lives_in_wales = 0 THEN 3
        ELSE 0
    END AS stopped_at,
    3 - (never_received_care_and_support + never_looked_after + lives_in_wales) AS steps_failed
FROM candidate_steps_flagged;

-- =================================================================================================
-- 49. candidate_list
-- =================================================================================================
-- Those of them who pass every step of the pool.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP VIEW candidate_list AS
SELECT
    candidate_alike.person,
    candidate_alike.index_date,
    candidate_alike.matched_key_1,
    candidate_alike.matched_key_2,
    candidate_alike.matched_key_3,
    candidate_alike.matched_nearest
FROM candidate_alike
JOIN candidate_steps
    ON candidate_alike.person = candidate_steps.person
    AND candidate_alike.index_date = candidate_steps.index_date
WHERE candidate_steps.stopped_at = 0;

-- =================================================================================================
-- 50. matched_pairs
-- =================================================================================================
-- Each case with each candidate who matches.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_pairs AS
WITH
-- matched_pairs_mixed: each case with the number that its hashes begin with
matched_pairs_mixed AS (
    SELECT
        person,
        index_date,
        matched_key_1,
        matched_key_2,
        matched_key_3,
        matched_nearest,
        MOD(
            MOD(
                MOD(
                    2114680486 + MOD(MOD(CAST(person AS BIGINT), 2147483647) + 2147483647, 2147483647),
                    2147483647
                ) * 48271, 2147483647
            ) + MOD(
                MOD(CAST(date_diff('day', DATE '2000-01-01', index_date) AS BIGINT), 2147483647) + 2147483647,
                2147483647
            ), 2147483647
        ) AS case_mixed
    FROM cases
),
-- matched_pairs_hashed: each case with its hash
matched_pairs_hashed AS (
    SELECT
        person,
        index_date,
        matched_key_1,
        matched_key_2,
        matched_key_3,
        matched_nearest,
        MOD(
            MOD(
                MOD(case_mixed * case_mixed, 2147483647) * MOD(case_mixed * case_mixed, 2147483647),
                2147483647
            ) * case_mixed, 2147483647
        ) AS case_hash
    FROM matched_pairs_mixed
),
-- matched_pairs_pairs: cases and candidates who match, and how far they are apart
matched_pairs_pairs AS (
    SELECT
        each_candidate.person,
        each_candidate.index_date,
        each_case.person AS set_unit,
        CASE
            WHEN date_diff('day', each_case.matched_nearest, each_candidate.matched_nearest) < 0
                THEN 0 - date_diff('day', each_case.matched_nearest, each_candidate.matched_nearest)
            ELSE date_diff('day', each_case.matched_nearest, each_candidate.matched_nearest)
        END AS distance,
        each_case.case_hash,
        MOD(
            MOD(each_case.case_hash * 48271, 2147483647) + MOD(
                MOD(CAST(each_candidate.person AS BIGINT), 2147483647) + 2147483647, 2147483647
            ), 2147483647
        ) AS pair_mixed
    FROM matched_pairs_hashed AS each_case
    JOIN candidate_list AS each_candidate
        ON each_case.index_date = each_candidate.index_date
        AND each_case.matched_key_1 = each_candidate.matched_key_1
        AND each_case.matched_key_2 = each_candidate.matched_key_2
        AND each_case.matched_key_3 = each_candidate.matched_key_3
        AND each_case.person <> each_candidate.person
)
-- matched_pairs: each case with each candidate who matches
SELECT
    person,
    index_date,
    set_unit,
    distance,
    MOD(
        MOD(
            MOD(pair_mixed * pair_mixed, 2147483647) * MOD(pair_mixed * pair_mixed, 2147483647), 2147483647
        ) * pair_mixed, 2147483647
    ) AS pair_hash,
    case_hash
FROM matched_pairs_pairs
WHERE distance <= 182;

-- =================================================================================================
-- 51. matched_1
-- =================================================================================================
-- Peers accepted up to and with round 1 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_1 AS
WITH
-- matched_1_ranked: the candidates of each case, the best first
matched_1_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_pairs
),
-- matched_1_proposed: what cases propose
matched_1_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_1_ranked
    WHERE place_for_case <= 4
),
-- matched_1_compared: the proposals to each candidate, the best first
matched_1_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_1_proposed
)
-- matched_1: peers accepted up to and with round 1 of 8
SELECT person, index_date, set_unit
FROM matched_1_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 52. matched_2
-- =================================================================================================
-- Peers accepted up to and with round 2 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_2 AS
WITH
-- matched_2_found: how many peers each case has so far
matched_2_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_1
    GROUP BY set_unit, index_date
),
-- matched_2_taken: units that are a peer already
matched_2_taken AS (
    SELECT person AS taken_unit
    FROM matched_1
    GROUP BY person
),
-- matched_2_free: pairs of a free candidate and a case that lacks peers
matched_2_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_2_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_2_found
        ON matched_pairs.set_unit = matched_2_found.set_unit
        AND matched_pairs.index_date = matched_2_found.index_date
    LEFT JOIN matched_2_taken ON matched_2_taken.taken_unit = matched_pairs.person
    WHERE matched_2_taken.taken_unit IS NULL AND COALESCE(matched_2_found.peers_so_far, 0) < 4
),
-- matched_2_ranked: the candidates of each case, the best first
matched_2_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_2_free
),
-- matched_2_proposed: what cases propose
matched_2_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_2_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_2_compared: the proposals to each candidate, the best first
matched_2_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_2_proposed
)
-- matched_2: peers accepted up to and with round 2 of 8
SELECT person, index_date, set_unit
FROM matched_1
UNION ALL
SELECT person, index_date, set_unit
FROM matched_2_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 53. matched_3
-- =================================================================================================
-- Peers accepted up to and with round 3 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_3 AS
WITH
-- matched_3_found: how many peers each case has so far
matched_3_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_2
    GROUP BY set_unit, index_date
),
-- matched_3_taken: units that are a peer already
matched_3_taken AS (
    SELECT person AS taken_unit
    FROM matched_2
    GROUP BY person
),
-- matched_3_free: pairs of a free candidate and a case that lacks peers
matched_3_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_3_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_3_found
        ON matched_pairs.set_unit = matched_3_found.set_unit
        AND matched_pairs.index_date = matched_3_found.index_date
    LEFT JOIN matched_3_taken ON matched_3_taken.taken_unit = matched_pairs.person
    WHERE matched_3_taken.taken_unit IS NULL AND COALESCE(matched_3_found.peers_so_far, 0) < 4
),
-- matched_3_ranked: the candidates of each case, the best first
matched_3_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_3_free
),
-- matched_3_proposed: what cases propose
matched_3_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_3_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_3_compared: the proposals to each candidate, the best first
matched_3_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_3_proposed
)
-- matched_3: peers accepted up to and with round 3 of 8
SELECT person, index_date, set_unit
FROM matched_2
UNION ALL
SELECT person, index_date, set_unit
FROM matched_3_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 54. matched_4
-- =================================================================================================
-- Peers accepted up to and with round 4 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_4 AS
WITH
-- matched_4_found: how many peers each case has so far
matched_4_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_3
    GROUP BY set_unit, index_date
),
-- matched_4_taken: units that are a peer already
matched_4_taken AS (
    SELECT person AS taken_unit
    FROM matched_3
    GROUP BY person
),
-- matched_4_free: pairs of a free candidate and a case that lacks peers
matched_4_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_4_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_4_found
        ON matched_pairs.set_unit = matched_4_found.set_unit
        AND matched_pairs.index_date = matched_4_found.index_date
    LEFT JOIN matched_4_taken ON matched_4_taken.taken_unit = matched_pairs.person
    WHERE matched_4_taken.taken_unit IS NULL AND COALESCE(matched_4_found.peers_so_far, 0) < 4
),
-- matched_4_ranked: the candidates of each case, the best first
matched_4_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_4_free
),
-- matched_4_proposed: what cases propose
matched_4_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_4_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_4_compared: the proposals to each candidate, the best first
matched_4_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_4_proposed
)
-- matched_4: peers accepted up to and with round 4 of 8
SELECT person, index_date, set_unit
FROM matched_3
UNION ALL
SELECT person, index_date, set_unit
FROM matched_4_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 55. matched_5
-- =================================================================================================
-- Peers accepted up to and with round 5 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_5 AS
WITH
-- matched_5_found: how many peers each case has so far
matched_5_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_4
    GROUP BY set_unit, index_date
),
-- matched_5_taken: units that are a peer already
matched_5_taken AS (
    SELECT person AS taken_unit
    FROM matched_4
    GROUP BY person
),
-- matched_5_free: pairs of a free candidate and a case that lacks peers
matched_5_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_5_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_5_found
        ON matched_pairs.set_unit = matched_5_found.set_unit
        AND matched_pairs.index_date = matched_5_found.index_date
    LEFT JOIN matched_5_taken ON matched_5_taken.taken_unit = matched_pairs.person
    WHERE matched_5_taken.taken_unit IS NULL AND COALESCE(matched_5_found.peers_so_far, 0) < 4
),
-- matched_5_ranked: the candidates of each case, the best first
matched_5_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_5_free
),
-- matched_5_proposed: what cases propose
matched_5_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_5_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_5_compared: the proposals to each candidate, the best first
matched_5_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_5_proposed
)
-- matched_5: peers accepted up to and with round 5 of 8
SELECT person, index_date, set_unit
FROM matched_4
UNION ALL
SELECT person, index_date, set_unit
FROM matched_5_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 56. matched_6
-- =================================================================================================
-- Peers accepted up to and with round 6 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_6 AS
WITH
-- matched_6_found: how many peers each case has so far
matched_6_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_5
    GROUP BY set_unit, index_date
),
-- matched_6_taken: units that are a peer already
matched_6_taken AS (
    SELECT person AS taken_unit
    FROM matched_5
    GROUP BY person
),
-- matched_6_free: pairs of a free candidate and a case that lacks peers
matched_6_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_6_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_6_found
        ON matched_pairs.set_unit = matched_6_found.set_unit
        AND matched_pairs.index_date = matched_6_found.index_date
    LEFT JOIN matched_6_taken ON matched_6_taken.taken_unit = matched_pairs.person
    WHERE matched_6_taken.taken_unit IS NULL AND COALESCE(matched_6_found.peers_so_far, 0) < 4
),
-- matched_6_ranked: the candidates of each case, the best first
matched_6_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_6_free
),
-- matched_6_proposed: what cases propose
matched_6_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_6_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_6_compared: the proposals to each candidate, the best first
matched_6_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_6_proposed
)
-- matched_6: peers accepted up to and with round 6 of 8
SELECT person, index_date, set_unit
FROM matched_5
UNION ALL
SELECT person, index_date, set_unit
FROM matched_6_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 57. matched_7
-- =================================================================================================
-- Peers accepted up to and with round 7 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_7 AS
WITH
-- matched_7_found: how many peers each case has so far
matched_7_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_6
    GROUP BY set_unit, index_date
),
-- matched_7_taken: units that are a peer already
matched_7_taken AS (
    SELECT person AS taken_unit
    FROM matched_6
    GROUP BY person
),
-- matched_7_free: pairs of a free candidate and a case that lacks peers
matched_7_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_7_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_7_found
        ON matched_pairs.set_unit = matched_7_found.set_unit
        AND matched_pairs.index_date = matched_7_found.index_date
    LEFT JOIN matched_7_taken ON matched_7_taken.taken_unit = matched_pairs.person
    WHERE matched_7_taken.taken_unit IS NULL AND COALESCE(matched_7_found.peers_so_far, 0) < 4
),
-- matched_7_ranked: the candidates of each case, the best first
matched_7_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_7_free
),
-- matched_7_proposed: what cases propose
matched_7_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_7_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_7_compared: the proposals to each candidate, the best first
matched_7_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_7_proposed
)
-- matched_7: peers accepted up to and with round 7 of 8
SELECT person, index_date, set_unit
FROM matched_6
UNION ALL
SELECT person, index_date, set_unit
FROM matched_7_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 58. matched_8
-- =================================================================================================
-- Peers accepted up to and with round 8 of 8.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_8 AS
WITH
-- matched_8_found: how many peers each case has so far
matched_8_found AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_so_far
    FROM matched_7
    GROUP BY set_unit, index_date
),
-- matched_8_taken: units that are a peer already
matched_8_taken AS (
    SELECT person AS taken_unit
    FROM matched_7
    GROUP BY person
),
-- matched_8_free: pairs of a free candidate and a case that lacks peers
matched_8_free AS (
    SELECT
        matched_pairs.person,
        matched_pairs.index_date,
        matched_pairs.set_unit,
        matched_pairs.distance,
        matched_pairs.pair_hash,
        matched_pairs.case_hash,
        4 - COALESCE(matched_8_found.peers_so_far, 0) AS peers_lacking
    FROM matched_pairs
    LEFT JOIN matched_8_found
        ON matched_pairs.set_unit = matched_8_found.set_unit
        AND matched_pairs.index_date = matched_8_found.index_date
    LEFT JOIN matched_8_taken ON matched_8_taken.taken_unit = matched_pairs.person
    WHERE matched_8_taken.taken_unit IS NULL AND COALESCE(matched_8_found.peers_so_far, 0) < 4
),
-- matched_8_ranked: the candidates of each case, the best first
matched_8_ranked AS (
    SELECT
        person,
        index_date,
        set_unit,
        distance,
        pair_hash,
        case_hash,
        peers_lacking,
        ROW_NUMBER() OVER (
            PARTITION BY set_unit, index_date
            ORDER BY distance ASC NULLS LAST, pair_hash ASC NULLS LAST, person ASC NULLS LAST
        ) AS place_for_case
    FROM matched_8_free
),
-- matched_8_proposed: what cases propose
matched_8_proposed AS (
    SELECT person, index_date, set_unit, distance, pair_hash, case_hash
    FROM matched_8_ranked
    WHERE place_for_case <= peers_lacking
),
-- matched_8_compared: the proposals to each candidate, the best first
matched_8_compared AS (
    SELECT
        person,
        index_date,
        set_unit,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY distance ASC NULLS LAST, case_hash ASC NULLS LAST, set_unit ASC NULLS LAST,
                index_date ASC NULLS LAST
        ) AS place_for_candidate
    FROM matched_8_proposed
)
-- matched_8: peers accepted up to and with round 8 of 8
SELECT person, index_date, set_unit
FROM matched_7
UNION ALL
SELECT person, index_date, set_unit
FROM matched_8_compared
WHERE place_for_candidate = 1;

-- =================================================================================================
-- 59. matched_sets
-- =================================================================================================
-- How many peers each case has.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE matched_sets AS
WITH
-- matched_sets_counted: how many peers the cases that have any have
matched_sets_counted AS (
    SELECT set_unit, index_date, COUNT(*) AS peers_of_set
    FROM matched_8
    GROUP BY set_unit, index_date
)
-- matched_sets: how many peers each case has
SELECT cases.person, cases.index_date, COALESCE(matched_sets_counted.peers_of_set, 0) AS peers_found
FROM cases
LEFT JOIN matched_sets_counted
    ON matched_sets_counted.set_unit = cases.person
    AND matched_sets_counted.index_date = cases.index_date;

-- =================================================================================================
-- 60. member_list
-- =================================================================================================
-- The cases, and the peers of each.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE member_list AS
SELECT person, index_date, 'cases' AS member_group, person AS set_unit
FROM cases
UNION ALL
SELECT person, index_date, 'peers' AS member_group, set_unit
FROM matched_8;

-- =================================================================================================
-- 61. members_frame
-- =================================================================================================
-- Each unit and index date of them once.
--   specs/crcs_substance_misuse_injury.yaml:88

CREATE OR REPLACE TEMP TABLE members_frame AS
SELECT person, index_date
FROM member_list
GROUP BY person, index_date;

-- =================================================================================================
-- 62. member_rows_crcs
-- =================================================================================================
-- Of the rows of crcs those that belong to the members.
--   Why: Later steps read no others.
--   catalogue/crcs.yaml:140

CREATE OR REPLACE TEMP VIEW member_rows_crcs AS
SELECT
    person,
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse,
    census_date,
    parental_substance_misuse
FROM crcs
WHERE person IN (
    SELECT person
    FROM members_frame
);

-- =================================================================================================
-- 63. member_rows_care_episodes
-- =================================================================================================
-- Of the rows of care_episodes those that belong to the members.
--   Why: Later steps read no others.
--   catalogue/lacw.yaml:565

CREATE OR REPLACE TEMP VIEW member_rows_care_episodes AS
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    until,
    end_assumed
FROM care_episodes
WHERE person IN (
    SELECT person
    FROM members_frame
);

-- =================================================================================================
-- 64. member_rows_hospital_spells
-- =================================================================================================
-- Of the rows of hospital_spells those that belong to the members, as far as a later step asks for
-- their codes.
--   Why: Later steps read no others.
--   catalogue/pedw.yaml:202

CREATE OR REPLACE TEMP TABLE member_rows_hospital_spells AS
SELECT provider_unit, spell_number, person, match_status, admission_date, admission_method
FROM hospital_spells
WHERE person IN (
    SELECT person
    FROM members_frame
)
    AND admission_method IN ('21', '22', '23', '24', '25', '28');

-- =================================================================================================
-- 65. member_rows_home_in_wales
-- =================================================================================================
-- Of the rows of home_in_wales those that belong to the members.
--   Why: Later steps read no others.
--   specs/crcs_substance_misuse_injury.yaml:67

CREATE OR REPLACE TEMP TABLE member_rows_home_in_wales AS
SELECT person, start_date, until
FROM home_in_wales
WHERE person IN (
    SELECT person
    FROM members_frame
);

-- =================================================================================================
-- 66. member_rows_school_census
-- =================================================================================================
-- Of the rows of school_census those that belong to the members.
--   Why: Later steps read no others.
--   catalogue/eduw.yaml:465

CREATE OR REPLACE TEMP VIEW member_rows_school_census AS
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    free_school_meals,
    year_group
FROM school_census
WHERE person IN (
    SELECT person
    FROM members_frame
);

-- =================================================================================================
-- 67. first_support_record
-- =================================================================================================
-- The first row by census date for each person.
--   specs/crcs_substance_misuse_injury.yaml:52

CREATE OR REPLACE TEMP TABLE first_support_record AS
WITH
-- first_support_record_in_order: number the rows of each person
first_support_record_in_order AS (
    SELECT
        person,
        child_code,
        local_authority,
        year_code,
        parents_substance_misuse,
        parents_learning_disabilities,
        parents_mental_ill_health,
        parents_physical_ill_health,
        parents_domestic_abuse,
        census_date,
        parental_substance_misuse,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY census_date ASC NULLS LAST, child_code ASC NULLS LAST, local_authority ASC NULLS LAST,
                year_code ASC NULLS LAST, parents_substance_misuse ASC NULLS LAST,
                parents_learning_disabilities ASC NULLS LAST, parents_mental_ill_health ASC NULLS LAST,
                parents_physical_ill_health ASC NULLS LAST, parents_domestic_abuse ASC NULLS LAST,
                parental_substance_misuse ASC NULLS LAST
        ) AS place_in_order
    FROM member_rows_crcs
    WHERE census_date IS NOT NULL
)
-- first_support_record: the first row by census date for each person
SELECT
    person,
    child_code,
    local_authority,
    year_code,
    parents_substance_misuse,
    parents_learning_disabilities,
    parents_mental_ill_health,
    parents_physical_ill_health,
    parents_domestic_abuse,
    census_date,
    parental_substance_misuse
FROM first_support_record_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 68. first_care
-- =================================================================================================
-- The first row by start date for each person.
--   specs/crcs_substance_misuse_injury.yaml:56

CREATE OR REPLACE TEMP TABLE first_care AS
WITH
-- first_care_in_order: number the rows of each person
first_care_in_order AS (
    SELECT
        person,
        system_id,
        hybrid_id,
        year_code,
        local_authority,
        episode_number,
        start_date,
        end_date,
        until,
        end_assumed,
        ROW_NUMBER() OVER (
            PARTITION BY person
            ORDER BY start_date ASC NULLS LAST, hybrid_id ASC NULLS LAST, local_authority ASC NULLS LAST,
                year_code ASC NULLS LAST, episode_number ASC NULLS LAST, system_id ASC NULLS LAST,
                end_date ASC NULLS LAST, until ASC NULLS LAST, end_assumed ASC NULLS LAST
        ) AS place_in_order
    FROM member_rows_care_episodes
    WHERE start_date IS NOT NULL
)
-- first_care: the first row by start date for each person
SELECT
    person,
    system_id,
    hybrid_id,
    year_code,
    local_authority,
    episode_number,
    start_date,
    end_date,
    until,
    end_assumed
FROM first_care_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 69. hospital_diagnosis_rows_2_linked_person
-- =================================================================================================
-- The person of the spell that each diagnosis belongs to. Only the spell has the linking field, and
-- a spell is numbered within its hospital.
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
)
-- hospital_diagnosis_rows_2_linked_person: the person of the spell that each diagnosis belongs to.
--   Only the spell has the linking field, and a spell is numbered within its hospital.
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
    AND unit_map.provider_unit = each_row.provider_unit;

-- =================================================================================================
-- 70. hospital_diagnosis_rows
-- =================================================================================================
-- Positions that hold a code. An empty position is no diagnosis.
--   catalogue/pedw.yaml:222

CREATE OR REPLACE TEMP VIEW hospital_diagnosis_rows AS
SELECT person, provider_unit, spell_number, episode_number, diagnosis_position, diagnosis
FROM hospital_diagnosis_rows_2_linked_person
WHERE diagnosis IS NOT NULL;

-- =================================================================================================
-- 71. hospital_admissions
-- =================================================================================================
-- The primary diagnosis of the first episode that has one. Every episode of a spell has its own,
-- the first tells why the patient was admitted.
--   catalogue/pedw.yaml:235

CREATE OR REPLACE TEMP VIEW hospital_admissions AS
WITH
-- hospital_admissions_1_as_held: all rows of hospital spells
--   catalogue/pedw.yaml:227
hospital_admissions_1_as_held AS (
    SELECT provider_unit, spell_number, person, match_status, admission_date, admission_method
    FROM member_rows_hospital_spells
),
-- hospital_admissions_first: such rows of hospital_diagnosis_rows in order
hospital_admissions_first AS (
    SELECT
        person,
        provider_unit,
        spell_number,
        diagnosis AS answer,
        ROW_NUMBER() OVER (
            PARTITION BY person, provider_unit, spell_number
            ORDER BY episode_number ASC NULLS LAST, diagnosis_position ASC NULLS LAST,
                diagnosis ASC NULLS LAST
        ) AS place_in_order
    FROM hospital_diagnosis_rows
    WHERE diagnosis_position = 1 AND episode_number IS NOT NULL
)
-- hospital_admissions: the primary diagnosis of the first episode that has one. Every episode of a
--   spell has its own, the first tells why the patient was admitted.
SELECT
    hospital_admissions_1_as_held.provider_unit,
    hospital_admissions_1_as_held.spell_number,
    hospital_admissions_1_as_held.person,
    hospital_admissions_1_as_held.match_status,
    hospital_admissions_1_as_held.admission_date,
    hospital_admissions_1_as_held.admission_method,
    hospital_admissions_first.answer AS primary_diagnosis
FROM hospital_admissions_1_as_held
LEFT JOIN hospital_admissions_first
    ON hospital_admissions_first.person = hospital_admissions_1_as_held.person
    AND hospital_admissions_first.provider_unit = hospital_admissions_1_as_held.provider_unit
    AND hospital_admissions_first.spell_number = hospital_admissions_1_as_held.spell_number
    AND hospital_admissions_first.place_in_order = 1;

-- =================================================================================================
-- 72. injury_admissions
-- =================================================================================================
-- Only rows where (the admission method is one of “21”, “22”, “23”, “24”, “25”, “28” (the codelist
-- emergency methods), and the primary diagnosis begins with one of S0, S1, S2, S3, S4, S5, S6, S7,
-- S8, S9, T0, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T2, T30, T31, T32 (the codelist
-- injury icd10)).
--   specs/crcs_substance_misuse_injury.yaml:60

CREATE OR REPLACE TEMP TABLE injury_admissions AS
WITH
-- injury_admissions_worked_out: values that are needed more than once in what follows
injury_admissions_worked_out AS (
    SELECT
        provider_unit,
        spell_number,
        person,
        match_status,
        admission_date,
        admission_method,
        primary_diagnosis,
        CASE
            WHEN (
                primary_diagnosis LIKE 'S0%'
                    OR primary_diagnosis LIKE 'S1%'
                    OR primary_diagnosis LIKE 'S2%'
                    OR primary_diagnosis LIKE 'S3%'
                    OR primary_diagnosis LIKE 'S4%'
                    OR primary_diagnosis LIKE 'S5%'
                    OR primary_diagnosis LIKE 'S6%'
                    OR primary_diagnosis LIKE 'S7%'
                    OR primary_diagnosis LIKE 'S8%'
                    OR primary_diagnosis LIKE 'S9%'
                    OR primary_diagnosis LIKE 'T0%'
                    OR primary_diagnosis LIKE 'T10%'
                    OR primary_diagnosis LIKE 'T11%'
                    OR primary_diagnosis LIKE 'T12%'
                    OR primary_diagnosis LIKE 'T13%'
                    OR primary_diagnosis LIKE 'T14%'
                    OR primary_diagnosis LIKE 'T15%'
                    OR primary_diagnosis LIKE 'T16%'
                    OR primary_diagnosis LIKE 'T17%'
                    OR primary_diagnosis LIKE 'T18%'
                    OR primary_diagnosis LIKE 'T19%'
                    OR primary_diagnosis LIKE 'T2%'
                    OR primary_diagnosis LIKE 'T30%'
                    OR primary_diagnosis LIKE 'T31%'
                    OR primary_diagnosis LIKE 'T32%'
            )
                THEN 1
            WHEN primary_diagnosis IS NOT NULL THEN 0
        END AS worked_out_1
    FROM hospital_admissions
)
-- injury_admissions: only rows where (the admission method is one of “21”, “22”, “23”, “24”, “25”,
--   “28” (the codelist emergency methods), and the primary diagnosis begins with one of S0, S1, S2,
--   S3, S4, S5, S6, S7, S8, S9, T0, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T2, T30, T31,
--   T32 (the codelist injury icd10))
SELECT provider_unit, spell_number, person, match_status, admission_date, admission_method, primary_diagnosis
FROM injury_admissions_worked_out
WHERE admission_method IN ('21', '22', '23', '24', '25', '28') AND worked_out_1 = 1;

-- =================================================================================================
-- 73. member_rows_school_record
-- =================================================================================================
-- The last row by census date for each person and index date.
--   Why: The January school census in the same school year as the 31 March count.
--   specs/crcs_substance_misuse_injury.yaml:47

CREATE OR REPLACE TEMP VIEW member_rows_school_record AS
WITH
-- school_record_1_for_each_entry: the rows beside each entry of the person
--   specs/crcs_substance_misuse_injury.yaml:46
school_record_1_for_each_entry AS (
    SELECT
        member_rows_school_census.person,
        member_rows_school_census.pupil,
        member_rows_school_census.year_month,
        member_rows_school_census.education_authority,
        member_rows_school_census.school,
        member_rows_school_census.sen_provision,
        member_rows_school_census.fsm_eligible,
        member_rows_school_census.census_date,
        member_rows_school_census.free_school_meals,
        member_rows_school_census.year_group,
        members_frame.index_date
    FROM member_rows_school_census
    JOIN members_frame ON members_frame.person = member_rows_school_census.person
),
-- school_record_2_where: only rows where the census date falls from 1 year before the index date
--   until the day before the index date
--   specs/crcs_substance_misuse_injury.yaml:46
school_record_2_where AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        free_school_meals,
        year_group,
        index_date
    FROM school_record_1_for_each_entry
    WHERE CAST(index_date + to_years(-1) AS DATE) <= census_date AND census_date < index_date
),
-- school_record_in_order: number the rows of each person, index_date
school_record_in_order AS (
    SELECT
        person,
        pupil,
        year_month,
        education_authority,
        school,
        sen_provision,
        fsm_eligible,
        census_date,
        free_school_meals,
        year_group,
        index_date,
        ROW_NUMBER() OVER (
            PARTITION BY person, index_date
            ORDER BY census_date DESC NULLS LAST, pupil ASC NULLS LAST, year_month ASC NULLS LAST,
                education_authority ASC NULLS LAST, school ASC NULLS LAST, sen_provision ASC NULLS LAST,
                fsm_eligible ASC NULLS LAST, free_school_meals ASC NULLS LAST, year_group ASC NULLS LAST
        ) AS place_in_order
    FROM school_record_2_where
    WHERE census_date IS NOT NULL
)
-- school_record: the last row by census date for each person and index date
SELECT
    person,
    pupil,
    year_month,
    education_authority,
    school,
    sen_provision,
    fsm_eligible,
    census_date,
    free_school_meals,
    year_group,
    index_date
FROM school_record_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 74. member_entries
-- =================================================================================================
-- Variables beside each entry.
--   specs/crcs_substance_misuse_injury.yaml:72
-- sex: Sex
--   specs/crcs_substance_misuse_injury.yaml:119
-- free_school_meals: Eligible for free school meals
--   specs/crcs_substance_misuse_injury.yaml:122

CREATE OR REPLACE TEMP TABLE member_entries AS
WITH
-- age_at_index: Age at the count
--   specs/crcs_substance_misuse_injury.yaml:116
age_at_index AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        (YEAR(members_frame.index_date) - YEAR(people.week_of_birth)) - CASE
            WHEN MONTH(members_frame.index_date) * 100 + DAY(members_frame.index_date) < MONTH(
                people.week_of_birth
            ) * 100 + DAY(people.week_of_birth)
                THEN 1
            ELSE 0
        END AS age_at_index
    FROM members_frame
    LEFT JOIN people ON people.person = members_frame.person
),
-- injured_in_year_before_any: those who have such rows of injury_admissions
injured_in_year_before_any AS (
    SELECT members_frame.person, members_frame.index_date, 1 AS answer
    FROM members_frame
    JOIN injury_admissions ON members_frame.person = injury_admissions.person
    WHERE CAST(members_frame.index_date + to_years(-1) AS DATE) <= injury_admissions.admission_date
        AND injury_admissions.admission_date < members_frame.index_date
    GROUP BY members_frame.person, members_frame.index_date
),
-- injured_in_year_before: Emergency admission for injury in the year before
--   specs/crcs_substance_misuse_injury.yaml:125
injured_in_year_before AS (
    SELECT
        members_frame.person,
        members_frame.index_date,
        COALESCE(injured_in_year_before_any.answer, 0) AS injured_in_year_before
    FROM members_frame
    LEFT JOIN injured_in_year_before_any
        ON injured_in_year_before_any.person = members_frame.person
        AND injured_in_year_before_any.index_date = members_frame.index_date
),
-- shared_1_any: those who have such rows of home_in_wales
shared_1_any AS (
    SELECT members_frame.person, members_frame.index_date, 1 AS answer
    FROM members_frame
    JOIN member_rows_home_in_wales ON members_frame.person = member_rows_home_in_wales.person
    WHERE member_rows_home_in_wales.start_date <= members_frame.index_date
        AND members_frame.index_date < member_rows_home_in_wales.until
    GROUP BY members_frame.person, members_frame.index_date
),
-- shared_1: used by several variables or steps
--   specs/crcs_substance_misuse_injury.yaml:72
shared_1 AS (
    SELECT members_frame.person, members_frame.index_date, COALESCE(shared_1_any.answer, 0) AS shared_1
    FROM members_frame
    LEFT JOIN shared_1_any
        ON shared_1_any.person = members_frame.person
        AND shared_1_any.index_date = members_frame.index_date
)
-- member_entries: variables beside each entry
SELECT
    members_frame.person,
    members_frame.index_date,
    age_at_index.age_at_index,
    people.sex,
    member_rows_school_record.free_school_meals,
    injured_in_year_before.injured_in_year_before,
    shared_1.shared_1
FROM members_frame
LEFT JOIN age_at_index
    ON age_at_index.person = members_frame.person
    AND age_at_index.index_date = members_frame.index_date
LEFT JOIN people ON people.person = members_frame.person
LEFT JOIN member_rows_school_record
    ON member_rows_school_record.person = members_frame.person
    AND member_rows_school_record.index_date = members_frame.index_date
LEFT JOIN injured_in_year_before
    ON injured_in_year_before.person = members_frame.person
    AND injured_in_year_before.index_date = members_frame.index_date
LEFT JOIN shared_1
    ON shared_1.person = members_frame.person
    AND shared_1.index_date = members_frame.index_date;

-- =================================================================================================
-- 75. follow_up
-- =================================================================================================
-- Only days that home_in_wales covers.
--   specs/crcs_substance_misuse_injury.yaml:106

CREATE OR REPLACE TEMP TABLE follow_up AS
WITH
-- member_dates: the dates on which follow-up can start and end
--   specs/crcs_substance_misuse_injury.yaml:106
member_dates AS (
    SELECT
        member_entries.person,
        member_entries.index_date,
        member_entries.index_date AS follow_start,
        CAST(member_entries.index_date + to_years(2) AS DATE) AS follow_end_1,
        people.death_date AS follow_end_2,
        LEAST(
            COALESCE(first_support_record.census_date, first_care.start_date),
            COALESCE(first_care.start_date, first_support_record.census_date)
        ) AS follow_end_3,
        DATE '2021-03-31' AS follow_end_4
    FROM member_entries
    LEFT JOIN people ON people.person = member_entries.person
    LEFT JOIN first_support_record ON first_support_record.person = member_entries.person
    LEFT JOIN first_care ON first_care.person = member_entries.person
),
-- member_pieces_ends: the first day after each end that concerns the member
member_pieces_ends AS (
    SELECT
        member_list.person,
        member_list.index_date,
        member_list.member_group,
        member_list.set_unit,
        member_dates.follow_start AS piece_start,
        member_dates.follow_end_1 AS end_1,
        CASE
            WHEN member_dates.follow_end_2 < DATE '9999-12-31'
                THEN CAST(member_dates.follow_end_2 + to_days(1) AS DATE)
            ELSE member_dates.follow_end_2
        END AS end_2,
        CASE
            WHEN member_list.member_group = 'peers' THEN member_dates.follow_end_3
            ELSE CAST(NULL AS DATE)
        END AS end_3,
        CASE
            WHEN member_dates.follow_end_4 < DATE '9999-12-31'
                THEN CAST(member_dates.follow_end_4 + to_days(1) AS DATE)
            ELSE member_dates.follow_end_4
        END AS end_4
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
        member_group,
        set_unit,
        piece_start,
        CASE
            WHEN COALESCE(end_1, end_2, end_3, end_4) IS NOT NULL
                THEN LEAST(
                    COALESCE(end_1, DATE '9999-12-31'), COALESCE(end_2, DATE '9999-12-31'),
                    COALESCE(end_3, DATE '9999-12-31'), COALESCE(end_4, DATE '9999-12-31')
                )
        END AS piece_until
    FROM member_pieces_ends
),
-- member_pieces: from the start until the earliest end: 2 years after the index date, the death
--   date of the people, the earliest known of the census date of the first support record, the
--   start date of the first care, the last day of the data
--   specs/crcs_substance_misuse_injury.yaml:106
member_pieces AS (
    SELECT person, index_date, member_group, set_unit, piece_start, piece_until
    FROM member_pieces_bounds
    WHERE piece_start < piece_until
)
-- follow_up: only days that home_in_wales covers
SELECT
    member_pieces.person,
    member_pieces.index_date,
    member_pieces.member_group,
    member_pieces.set_unit,
    GREATEST(member_rows_home_in_wales.start_date, member_pieces.piece_start) AS piece_start,
    LEAST(member_rows_home_in_wales.until, member_pieces.piece_until) AS piece_until
FROM member_pieces
JOIN member_rows_home_in_wales
    ON member_pieces.person = member_rows_home_in_wales.person
    AND member_rows_home_in_wales.start_date < member_pieces.piece_until
    AND member_pieces.piece_start < member_rows_home_in_wales.until;

-- =================================================================================================
-- 76. member_events_injury_admission
-- =================================================================================================
-- The events of Emergency admissions for injury that count.
--   specs/crcs_substance_misuse_injury.yaml:130

CREATE OR REPLACE TEMP TABLE member_events_injury_admission AS
SELECT
    follow_up.person,
    follow_up.index_date,
    follow_up.member_group,
    follow_up.set_unit,
    injury_admissions.admission_date AS event_date
FROM follow_up
JOIN injury_admissions
    ON follow_up.person = injury_admissions.person
    AND follow_up.piece_start <= injury_admissions.admission_date
    AND injury_admissions.admission_date < follow_up.piece_until;

-- =================================================================================================
-- 77. member_events_first_injury_admission
-- =================================================================================================
-- The events of First emergency admission for injury that count.
--   specs/crcs_substance_misuse_injury.yaml:135

CREATE OR REPLACE TEMP TABLE member_events_first_injury_admission AS
WITH
-- member_events_first_injury_admission_in_order: the events of each member in order
member_events_first_injury_admission_in_order AS (
    SELECT
        follow_up.person,
        follow_up.index_date,
        follow_up.member_group,
        follow_up.set_unit,
        injury_admissions.admission_date AS event_date,
        ROW_NUMBER() OVER (
            PARTITION BY follow_up.person, follow_up.index_date, follow_up.member_group, follow_up.set_unit
            ORDER BY injury_admissions.admission_date ASC NULLS LAST,
                injury_admissions.provider_unit ASC NULLS LAST, injury_admissions.spell_number ASC NULLS LAST,
                injury_admissions.match_status ASC NULLS LAST,
                injury_admissions.admission_method ASC NULLS LAST,
                injury_admissions.primary_diagnosis ASC NULLS LAST
        ) AS place_in_order
    FROM follow_up
    JOIN injury_admissions
        ON follow_up.person = injury_admissions.person
        AND follow_up.piece_start <= injury_admissions.admission_date
        AND injury_admissions.admission_date < follow_up.piece_until
)
-- member_events_first_injury_admission: the events of First emergency admission for injury that
--   count
SELECT person, index_date, member_group, set_unit, event_date
FROM member_events_first_injury_admission_in_order
WHERE place_in_order = 1;

-- =================================================================================================
-- 78. analysis
-- =================================================================================================
-- Cases and peers with at least one day of follow-up, with all variables.
--   specs/crcs_substance_misuse_injury.yaml:72

CREATE OR REPLACE TEMP TABLE analysis AS
WITH
-- analysis_followed: members with at least one day
analysis_followed AS (
    SELECT person, index_date, member_group, set_unit
    FROM follow_up
    GROUP BY person, index_date, member_group, set_unit
)
-- analysis: cases and peers with at least one day of follow-up, with all variables
SELECT
    member_list.person,
    member_list.index_date,
    member_list.member_group,
    member_list.set_unit,
    member_entries.age_at_index,
    member_entries.sex,
    member_entries.free_school_meals,
    member_entries.injured_in_year_before
FROM member_list
JOIN member_entries
    ON member_list.person = member_entries.person
    AND member_list.index_date = member_entries.index_date
JOIN analysis_followed
    ON member_list.person = analysis_followed.person
    AND member_list.index_date = analysis_followed.index_date
    AND member_list.member_group = analysis_followed.member_group
    AND member_list.set_unit = analysis_followed.set_unit;

-- =================================================================================================
-- 79. flow_of_cases
-- =================================================================================================
-- Flow of children who receive care and support into the cases.
--   specs/crcs_substance_misuse_injury.yaml:142

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'start' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'counted_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 1
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'school_age' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 2
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'in_school_census' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 3
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'lives_in_wales' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 4
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'two_years_of_data' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE stopped_at = 0 OR stopped_at > 5
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'counted_in_study_years' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - counted_in_study_years
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'school_age' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - school_age
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'in_school_census' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - in_school_census
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'lives_in_wales' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - lives_in_wales
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'two_years_of_data' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'without_step' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM population_steps
WHERE steps_failed = 1 - two_years_of_data
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'flow_of_cases' AS table_name,
    'observed_time' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'remaining' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM analysis
WHERE member_group = 'cases';

-- =================================================================================================
-- 80. match_quality_categories
-- =================================================================================================
-- Cases and peers compared.
--   specs/crcs_substance_misuse_injury.yaml:145

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- match_quality_categories_summarised: each variable of each row
match_quality_categories_summarised AS (
    SELECT
        person AS unit_counted,
        COALESCE(member_group, 'missing') AS key_1,
        CASE
            WHEN CAST(sex AS VARCHAR(20)) IN ('1', '2') THEN CAST(sex AS VARCHAR(20))
            WHEN CAST(sex AS VARCHAR(20)) IS NULL OR CAST(sex AS VARCHAR(20)) = 'missing' THEN 'missing'
            ELSE 'other'
        END AS key_2,
        'sex' AS summarised_variable
    FROM analysis
    UNION ALL
    SELECT
        person AS unit_counted,
        COALESCE(member_group, 'missing') AS key_1,
        CASE
            WHEN CASE WHEN free_school_meals = 1 THEN '1' WHEN free_school_meals = 0 THEN '0' END IN (
                '1', '0'
            )
                THEN CASE WHEN free_school_meals = 1 THEN '1' WHEN free_school_meals = 0 THEN '0' END
            WHEN CASE WHEN free_school_meals = 1 THEN '1' WHEN free_school_meals = 0 THEN '0' END IS NULL
                OR CASE WHEN free_school_meals = 1 THEN '1' WHEN free_school_meals = 0 THEN '0' END
                    = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS key_2,
        'free_school_meals' AS summarised_variable
    FROM analysis
    UNION ALL
    SELECT
        person AS unit_counted,
        COALESCE(member_group, 'missing') AS key_1,
        CASE
            WHEN CASE
                WHEN injured_in_year_before = 1 THEN '1'
                WHEN injured_in_year_before = 0 THEN '0'
            END IN ('1', '0')
                THEN CASE
                    WHEN injured_in_year_before = 1 THEN '1'
                    WHEN injured_in_year_before = 0 THEN '0'
                END
            WHEN CASE
                WHEN injured_in_year_before = 1 THEN '1'
                WHEN injured_in_year_before = 0 THEN '0'
            END IS NULL
                OR CASE WHEN injured_in_year_before = 1 THEN '1' WHEN injured_in_year_before = 0 THEN '0' END
                    = 'missing'
                THEN 'missing'
            ELSE 'other'
        END AS key_2,
        'injured_in_year_before' AS summarised_variable
    FROM analysis
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    summarised_variable AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM match_quality_categories_summarised
GROUP BY key_1, key_2, summarised_variable
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    key_2 AS column_value,
    summarised_variable AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_counted) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM match_quality_categories_summarised
GROUP BY key_1, key_2, summarised_variable;

-- =================================================================================================
-- 81. match_quality_numbers
-- =================================================================================================
-- Cases and peers compared.
--   specs/crcs_substance_misuse_injury.yaml:145

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- match_quality_numbers_summarised: each variable of each row
match_quality_numbers_summarised AS (
    SELECT
        person AS unit_counted,
        COALESCE(member_group, 'missing') AS key_1,
        CAST(age_at_index AS DOUBLE) AS number_known,
        'age_at_index' AS summarised_variable
    FROM analysis
),
-- match_quality_numbers_measures: how many numbers are known, and their sums
match_quality_numbers_measures AS (
    SELECT
        key_1,
        summarised_variable,
        SUM(CASE WHEN number_known IS NOT NULL THEN 1 ELSE 0 END) AS known,
        COUNT(DISTINCT CASE WHEN number_known IS NOT NULL THEN unit_counted END) AS units_known,
        SUM(CASE WHEN number_known IS NULL THEN 1 ELSE 0 END) AS missing,
        COUNT(DISTINCT CASE WHEN number_known IS NULL THEN unit_counted END) AS units_missing,
        CAST(SUM(CAST(FLOOR(number_known * 1000.0E0 + 0.5E0) AS DECIMAL(38, 0))) AS DOUBLE) / 1000.0E0
            AS total,
        CAST(
            SUM(
                CAST(FLOOR(number_known * 1000.0E0 + 0.5E0) AS DECIMAL(38, 0)) * CAST(
                    FLOOR(number_known * 1000.0E0 + 0.5E0) AS DECIMAL(38, 0)
                )
            ) AS DOUBLE
        ) / 1000000.0E0 AS squares
    FROM match_quality_numbers_summarised
    GROUP BY key_1, summarised_variable
),
-- match_quality_numbers_different: each known number once
match_quality_numbers_different AS (
    SELECT key_1, summarised_variable, number_known, COUNT(*) AS times_found
    FROM match_quality_numbers_summarised
    WHERE number_known IS NOT NULL
    GROUP BY key_1, summarised_variable, number_known
),
-- match_quality_numbers_in_order: and how many are not above it
match_quality_numbers_in_order AS (
    SELECT
        key_1,
        summarised_variable,
        number_known,
        SUM(CAST(times_found AS BIGINT)) OVER (
            PARTITION BY key_1, summarised_variable
            ORDER BY number_known ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS numbers_up_to_here,
        SUM(CAST(times_found AS BIGINT)) OVER (PARTITION BY key_1, summarised_variable) AS numbers_in_all
    FROM match_quality_numbers_different
),
-- match_quality_numbers_quantiles: the numbers at the places that are asked for
match_quality_numbers_quantiles AS (
    SELECT
        key_1,
        summarised_variable,
        MIN(
            CASE
                WHEN CAST(numbers_up_to_here AS BIGINT) >= ((CAST(numbers_in_all AS BIGINT) * 25 + 99) // 100)
                    THEN number_known
            END
        ) AS quantile_25,
        MIN(
            CASE
                WHEN CAST(numbers_up_to_here AS BIGINT) >= ((CAST(numbers_in_all AS BIGINT) * 50 + 99) // 100)
                    THEN number_known
            END
        ) AS quantile_50,
        MIN(
            CASE
                WHEN CAST(numbers_up_to_here AS BIGINT) >= ((CAST(numbers_in_all AS BIGINT) * 75 + 99) // 100)
                    THEN number_known
            END
        ) AS quantile_75
    FROM match_quality_numbers_in_order
    GROUP BY key_1, summarised_variable
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'known' AS statistic,
    known AS value,
    CAST(NULL AS DOUBLE) AS number
FROM match_quality_numbers_measures
WHERE known > 0
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'units_known' AS statistic,
    units_known AS value,
    CAST(NULL AS DOUBLE) AS number
FROM match_quality_numbers_measures
WHERE known > 0
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'missing' AS statistic,
    missing AS value,
    CAST(NULL AS DOUBLE) AS number
FROM match_quality_numbers_measures
WHERE missing > 0
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'units_missing' AS statistic,
    units_missing AS value,
    CAST(NULL AS DOUBLE) AS number
FROM match_quality_numbers_measures
WHERE missing > 0
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'total' AS statistic,
    CAST(NULL AS BIGINT) AS value,
    total AS number
FROM match_quality_numbers_measures
WHERE known > 0
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'squares' AS statistic,
    CAST(NULL AS BIGINT) AS value,
    squares AS number
FROM match_quality_numbers_measures
WHERE known > 0
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'quantile_25' AS statistic,
    CAST(NULL AS BIGINT) AS value,
    quantile_25 AS number
FROM match_quality_numbers_quantiles
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'quantile_50' AS statistic,
    CAST(NULL AS BIGINT) AS value,
    quantile_50 AS number
FROM match_quality_numbers_quantiles
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'match_quality' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    summarised_variable AS layer_value,
    'quantile_75' AS statistic,
    CAST(NULL AS BIGINT) AS value,
    quantile_75 AS number
FROM match_quality_numbers_quantiles;

-- =================================================================================================
-- 82. injury_rates
-- =================================================================================================
-- Emergency admissions for injury in two years.
--   specs/crcs_substance_misuse_injury.yaml:149

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- injury_rates_time: their person-time by cell
injury_rates_time AS (
    SELECT person, COALESCE(member_group, 'missing') AS key_1, piece_start, piece_until
    FROM follow_up
),
-- injury_rates_events: their events, and the cells in whose time these happen
injury_rates_events AS (
    SELECT member_events_injury_admission.person, COALESCE(follow_up.member_group, 'missing') AS key_1
    FROM member_events_injury_admission
    JOIN follow_up
        ON member_events_injury_admission.person = follow_up.person
        AND member_events_injury_admission.index_date = follow_up.index_date
        AND member_events_injury_admission.member_group = follow_up.member_group
        AND member_events_injury_admission.set_unit = follow_up.set_unit
        AND follow_up.piece_start <= member_events_injury_admission.event_date
        AND member_events_injury_admission.event_date < follow_up.piece_until
),
-- injury_rates_observed: people and days of each cell
injury_rates_observed AS (
    SELECT
        key_1,
        COUNT(DISTINCT person) AS people_counted,
        CAST(SUM(CAST(date_diff('day', piece_start, piece_until) AS BIGINT)) AS BIGINT) AS days_counted
    FROM injury_rates_time
    GROUP BY key_1
),
-- injury_rates_happened: events of each cell, and the people who have them
injury_rates_happened AS (
    SELECT key_1, COUNT(DISTINCT person) AS people_counted, COUNT(*) AS events_counted
    FROM injury_rates_events
    GROUP BY key_1
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'people' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM injury_rates_observed
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'person_days' AS statistic,
    days_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM injury_rates_observed
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'events' AS statistic,
    events_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM injury_rates_happened
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'people_with_events' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM injury_rates_happened;

-- =================================================================================================
-- 83. first_injury_rates
-- =================================================================================================
-- First emergency admission for injury in two years.
--   specs/crcs_substance_misuse_injury.yaml:154

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- first_injury_rates_time: their person-time by cell
first_injury_rates_time AS (
    SELECT
        follow_up.person,
        COALESCE(follow_up.member_group, 'missing') AS key_1,
        follow_up.piece_start,
        CASE
            WHEN member_events_first_injury_admission.event_date < follow_up.piece_until
                THEN CAST(member_events_first_injury_admission.event_date + to_days(1) AS DATE)
            ELSE follow_up.piece_until
        END AS piece_until
    FROM follow_up
    LEFT JOIN member_events_first_injury_admission
        ON follow_up.person = member_events_first_injury_admission.person
        AND follow_up.index_date = member_events_first_injury_admission.index_date
        AND follow_up.member_group = member_events_first_injury_admission.member_group
        AND follow_up.set_unit = member_events_first_injury_admission.set_unit
    WHERE member_events_first_injury_admission.event_date IS NULL
        OR follow_up.piece_start <= member_events_first_injury_admission.event_date
),
-- first_injury_rates_events: their events, and the cells in whose time these happen
first_injury_rates_events AS (
    SELECT member_events_first_injury_admission.person, COALESCE(follow_up.member_group, 'missing') AS key_1
    FROM member_events_first_injury_admission
    JOIN follow_up
        ON member_events_first_injury_admission.person = follow_up.person
        AND member_events_first_injury_admission.index_date = follow_up.index_date
        AND member_events_first_injury_admission.member_group = follow_up.member_group
        AND member_events_first_injury_admission.set_unit = follow_up.set_unit
        AND follow_up.piece_start <= member_events_first_injury_admission.event_date
        AND member_events_first_injury_admission.event_date < follow_up.piece_until
),
-- first_injury_rates_observed: people and days of each cell
first_injury_rates_observed AS (
    SELECT
        key_1,
        COUNT(DISTINCT person) AS people_counted,
        CAST(SUM(CAST(date_diff('day', piece_start, piece_until) AS BIGINT)) AS BIGINT) AS days_counted
    FROM first_injury_rates_time
    GROUP BY key_1
),
-- first_injury_rates_happened: events of each cell, and the people who have them
first_injury_rates_happened AS (
    SELECT key_1, COUNT(DISTINCT person) AS people_counted, COUNT(*) AS events_counted
    FROM first_injury_rates_events
    GROUP BY key_1
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'first_injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'people' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM first_injury_rates_observed
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'first_injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'person_days' AS statistic,
    days_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM first_injury_rates_observed
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'first_injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'events' AS statistic,
    events_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM first_injury_rates_happened
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'first_injury_rates' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'people_with_events' AS statistic,
    people_counted AS value,
    CAST(NULL AS DOUBLE) AS number
FROM first_injury_rates_happened;

-- =================================================================================================
-- 84. matched_sets
-- =================================================================================================
-- Matched sets by number of peers found.
--   specs/crcs_substance_misuse_injury.yaml:88

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- matched_sets_counted: each row that is counted, with its categories
matched_sets_counted AS (
    SELECT person AS unit_counted, COALESCE(CAST(peers_found AS VARCHAR(20)), 'missing') AS key_1
    FROM matched_sets
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'matched_sets' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM matched_sets_counted
GROUP BY key_1
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'matched_sets' AS table_name,
    key_1 AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'units' AS statistic,
    COUNT(DISTINCT unit_counted) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM matched_sets_counted
GROUP BY key_1;

-- =================================================================================================
-- 85. linkage_of_crcs
-- =================================================================================================
-- Keys of crcs that the map brings to a person.
--   catalogue/crcs.yaml:121

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_crcs_keys: every key once
linkage_of_crcs_keys AS (
    SELECT child_code AS key_of_rows, local_authority
    FROM crcs_3_returns_of_study
    WHERE child_code IS NOT NULL AND local_authority IS NOT NULL
    GROUP BY child_code, local_authority
),
-- linkage_of_crcs_found: the units that the map gives each key of the rows, missing where it gives
--   none
linkage_of_crcs_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_crcs_keys AS each_key
    LEFT JOIN keys_of_crcs_links AS unit_map
        ON unit_map.child_code = each_key.key_of_rows
        AND unit_map.local_authority = each_key.local_authority
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'linkage_of_crcs' AS table_name,
    'linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_crcs_found
WHERE first_unit = last_unit
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'linkage_of_crcs' AS table_name,
    'conflicting' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_crcs_found
WHERE first_unit <> last_unit
UNION ALL
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'linkage_of_crcs' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_crcs_found
WHERE first_unit IS NULL;

-- =================================================================================================
-- 86. linkage_of_school_records
-- =================================================================================================
-- Keys of school_records that the map brings to a person.
--   catalogue/eduw.yaml:421

INSERT INTO results (
    study, spec_hash, table_name, row_value, column_value, layer_value, statistic, value, number
)
WITH
-- linkage_of_school_records_keys: every key once
linkage_of_school_records_keys AS (
    SELECT pupil AS key_of_rows
    FROM school_records_2_january_returns
    WHERE pupil IS NOT NULL
    GROUP BY pupil
),
-- linkage_of_school_records_found: the units that the map gives each key of the rows, missing where
--   it gives none
linkage_of_school_records_found AS (
    SELECT unit_map.first_unit, unit_map.last_unit
    FROM linkage_of_school_records_keys AS each_key
    LEFT JOIN keys_of_pupil_persons AS unit_map ON unit_map.pupil = each_key.key_of_rows
)
SELECT
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 87. linkage_of_care_persons_routine
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 88. linkage_of_care_episodes
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
-- 89. linkage_of_hospital_diagnosis_rows
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
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
    'crcs_substance_misuse_injury' AS study,
    'b5e377a606eccbce70feb68e64f59d927609c97c12fffff80a91d1b577fa565e' AS spec_hash,
    'linkage_of_hospital_diagnosis_rows' AS table_name,
    'not linked' AS row_value,
    '' AS column_value,
    '' AS layer_value,
    'count' AS statistic,
    COUNT(*) AS value,
    CAST(NULL AS DOUBLE) AS number
FROM linkage_of_hospital_diagnosis_rows_found
WHERE first_unit IS NULL;
