-- The holdings that the benchmarks read, in the physical shape of the synthetic binding.
--
-- Every number is a function of a row number and a salt, so that the same size gives the same rows. The variables
-- `persons` and `events` are set by holdings.py, which also writes each part marked "file:" to <name>.parquet.
-- Shares are set for studies of a useful size (3 % of children are ever in care), not to describe Wales.

CREATE MACRO draw(i, salt) AS (hash(i, salt) % 1000003) / 1000003.0;
CREATE MACRO pick(i, salt, n) AS CAST(hash(i, salt) % CAST(n AS UBIGINT) AS INTEGER);
-- A match status: mostly an exact one, a few fuzzy ones that studies refuse, and none at all.
CREATE MACRO status_of(i, salt) AS CASE
    WHEN draw(i, salt) < 0.62 THEN 4 WHEN draw(i, salt) < 0.88 THEN 1 WHEN draw(i, salt) < 0.95 THEN 39
    WHEN draw(i, salt) < 0.98 THEN 35 ELSE 99 END;
-- A code of general practice by its rank; the lists of the generated studies are ranks 0 to 524.
CREATE MACRO code_of(n) AS chr(CAST(65 + n % 8 AS INTEGER)) || lpad(CAST(n AS VARCHAR), 4, '0');
CREATE MACRO financial_year(d) AS CAST(year(d) - CASE WHEN month(d) < 4 THEN 1 ELSE 0 END AS INTEGER);

-- table: people, born from 1950 to 2020; a few have died.
CREATE TEMP TABLE people AS
SELECT
    i,
    CAST(1000000000 + i AS BIGINT) AS alf,
    born,
    CAST(date_trunc('week', born) AS DATE) AS wob,
    CAST(1 + pick(i, 3, 2) AS INTEGER) AS sex,
    CASE WHEN draw(i, 4) < 0.02 AND born + pick(i, 5, 26000) < DATE '2021-06-01' THEN born + pick(i, 5, 26000) END
        AS died,
    born >= DATE '1988-01-01' AND draw(i, 6) < 0.03 AS ever_in_care,
    pick(i, 7, 22) AS area,
    i % 50 = 7 AS held_twice
FROM (SELECT range AS i, CAST(DATE '1950-01-02' + pick(range, 1, 25880) AS DATE) AS born
    FROM range(getvariable('persons')));

-- file: WDSD_AR_PERS
SELECT
    i * 2 AS PERS_ID_PE,
    CASE WHEN draw(i, 11) >= 0.002 THEN alf END AS ALF_PE,
    CASE WHEN draw(i, 12) >= 0.001 THEN wob END AS WOB,
    died AS DOD,
    CASE WHEN draw(i, 13) >= 0.003 THEN sex END AS GNDR_CD
FROM people
UNION ALL
-- Some people are held twice, now and then with another week of birth.
SELECT i * 2 + 1, alf, CASE WHEN draw(i, 14) < 0.2 THEN CAST(wob + 7 AS DATE) ELSE wob END, died, sex
FROM people WHERE held_twice;

-- file: WDSD_CLEAN_ADD_WALES
WITH spell AS (
    SELECT alf, i, CAST(greatest(born, DATE '1990-01-01') AS DATE) AS entered, draw(i, 21) AS fate FROM people
),
turns AS (
    SELECT *, CAST(least(entered + pick(i, 22, 9000), DATE '2020-12-01') AS DATE) AS left_on,
        CASE WHEN fate < 0.1 THEN pick(i, 23, 25) ELSE 200 + pick(i, 23, 2500) END AS away
    FROM spell
)
-- Four fifths stay; some leave for good, some come back, some have a short gap between two addresses.
SELECT alf AS ALF_PE, entered AS START_DATE, CASE WHEN fate < 0.35 THEN CAST(left_on + 1 AS DATE)
    WHEN fate < 0.7 THEN DATE '9999-01-01' END AS END_DATE, 1 AS WELSH_ADDRESS
FROM turns
UNION ALL
SELECT alf, CAST(left_on + 2 AS DATE), CAST(left_on + 1 + away AS DATE), 0
FROM turns WHERE fate < 0.3 AND fate >= 0.1
UNION ALL
SELECT alf, CAST(left_on + 2 + away AS DATE), CASE WHEN fate < 0.15 THEN DATE '9999-01-01' END, 1
FROM turns WHERE fate < 0.2
UNION ALL
SELECT alf, CAST(left_on + 2 AS DATE), NULL, 1
FROM turns WHERE fate >= 0.3 AND fate < 0.35;

-- file: WLGP_CLEAN_GP_REG_MEDIAN
WITH first_practice AS (
    SELECT alf, i, CAST(greatest(born + pick(i, 31, 60), DATE '1990-01-01') AS DATE) AS joined,
        draw(i, 32) < 0.85 AS supplies, draw(i, 33) < 0.4 AS moves
    FROM people
),
turns AS (
    SELECT *, CAST(joined + 200 + pick(i, 34, 9000) AS DATE) AS moved FROM first_practice
)
SELECT alf AS ALF_PE, joined AS START_DATE, CASE WHEN moves THEN moved
    WHEN draw(i, 35) < 0.5 THEN DATE '9999-01-01' END AS END_DATE, CAST(supplies AS INTEGER) AS GP_DATA_FLAG
FROM turns
UNION ALL
SELECT alf, CAST(moved + 1 + CASE WHEN draw(i, 36) < 0.8 THEN pick(i, 37, 20) ELSE pick(i, 37, 400) END AS DATE),
    NULL,
    CASE WHEN draw(i, 38) < 0.85 THEN 1 ELSE 0 END
FROM turns WHERE moves;

-- file: WLGP_GP_EVENT_CLEANSED
-- Loaded year by year, as a holding grows. The commonest codes are recorded far more often than the others.
WITH drawn AS (
    SELECT range AS n, hash(range, 41) % CAST(getvariable('persons') AS UBIGINT) AS i,
        CAST(5000 * pow(draw(range, 42), 1.6) AS INTEGER) % 5000 AS rank,
        CAST(DATE '2000-01-01' + pick(range, 43, 31)
            + CAST(floor(7760.0 * range / (getvariable('events') * 85 // 100)) AS INTEGER) AS DATE) AS happened
    FROM range(getvariable('events') * 85 // 100)
)
SELECT
    CASE WHEN draw(n, 44) >= 0.002 THEN CAST(1000000000 + i AS BIGINT) END AS ALF_PE,
    CAST(status_of(n, 45) AS VARCHAR) AS ALF_STS_CD,
    CASE WHEN draw(n, 46) < 0.001 THEN DATE '0001-01-01' ELSE happened END AS EVENT_DT,
    CASE WHEN draw(n, 47) < 0.004 THEN CASE pick(n, 48, 3) WHEN 0 THEN 'TK1..' WHEN 1 THEN 'U2...' ELSE '14K1.' END
        ELSE code_of(rank) END AS EVENT_CD,
    CASE WHEN draw(n, 49) < 0.3 THEN round(200 * draw(n, 50), 1) END AS EVENT_VAL
FROM drawn
UNION ALL
-- Young people who were in care harm themselves more often than others.
SELECT alf, '4', CAST(born + 4800 + pick(i * 8 + k, 51, 3400) AS DATE),
    CASE WHEN k = 0 THEN '14K1.' ELSE 'TK' || k || '..' END, NULL
FROM people, (SELECT range AS k FROM range(4)) WHERE ever_in_care AND draw(i * 8 + k, 52) < 0.3;

-- file: PEDW_SPELL
WITH spell AS (
    SELECT range AS n, hash(range, 61) % CAST(getvariable('persons') AS UBIGINT) AS i,
        CAST(DATE '2000-01-01'
            + CAST(floor(7780.0 * range / (getvariable('events') * 5 // 100)) AS INTEGER) AS DATE) AS admitted
    FROM range(getvariable('events') * 5 // 100)
)
SELECT
    '7A' || lpad(CAST(pick(n, 62, 20) AS VARCHAR), 3, '0') AS PROV_UNIT_CD,
    CAST(5000000000 + n AS BIGINT) AS SPELL_NUM_PE,
    CASE WHEN draw(n, 63) >= 0.01 THEN CAST(1000000000 + i AS BIGINT) END AS ALF_PE,
    CAST(status_of(n, 64) AS VARCHAR) AS ALF_STS_CD,
    CASE WHEN draw(n, 65) >= 0.001 THEN admitted END AS ADMIS_DT,
    CASE WHEN draw(n, 66) < 0.45 THEN CAST(21 + pick(n, 67, 5) AS VARCHAR) ELSE '11' END AS ADMIS_MTHD_CD,
    CAST(admitted + pick(n, 68, 12) AS DATE) AS DISCH_DT
FROM spell;

-- file: PEDW_DIAG
SELECT
    '7A' || lpad(CAST(pick(n // 2, 62, 20) AS VARCHAR), 3, '0') AS PROV_UNIT_CD,
    CAST(5000000000 + n // 2 AS BIGINT) AS SPELL_NUM_PE,
    CASE WHEN draw(n, 71) < 0.1 THEN '02' ELSE '01' END AS EPI_NUM,
    CAST(1 + n % 2 AS INTEGER) AS DIAG_NUM,
    CASE
        WHEN draw(n, 72) < 0.01 THEN ' '
        WHEN draw(n, 72) < 0.21
            THEN CASE WHEN draw(n, 73) < 0.1 THEN 's' ELSE 'S' END || lpad(CAST(pick(n, 74, 1000) AS VARCHAR), 3, '0')
        WHEN draw(n, 72) < 0.24 THEN 'X' || CAST(600 + pick(n, 75, 250) AS VARCHAR)
        WHEN draw(n, 72) < 0.28 THEN 'T' || CAST(100 + pick(n, 75, 900) AS VARCHAR)
        ELSE chr(65 + pick(n, 76, 18)) || lpad(CAST(pick(n, 77, 1000) AS VARCHAR), 3, '0')
    END AS DIAG_CD
FROM (SELECT range AS n FROM range(getvariable('events') * 5 // 100 * 2));

-- table: pupils, with one pupil number each and now and then a second one by mistake.
CREATE TEMP TABLE pupils AS
SELECT i, alf, wob, born, sex, area, CAST(3000000000 + i AS BIGINT) AS irn
FROM people WHERE born >= DATE '1988-09-01' AND born < DATE '2017-09-01' AND draw(i, 80) < 0.95;

-- file: EDUW_PUPIL_ALF
SELECT irn AS IRN_PE, CASE WHEN draw(i, 81) >= 0.01 THEN alf END AS ALF_PE, status_of(i, 82) AS ALF_STS_CD,
    0.5 + draw(i, 83) / 2 AS ALF_MTCH_PCT,
    wob AS WOB, sex AS GNDR_CD
FROM pupils
UNION ALL
SELECT CAST(irn + 1000000000 AS BIGINT), alf, 39, 0.9,
    CAST(wob + CASE WHEN draw(i, 84) < 0.5 THEN 0 ELSE 70 END AS DATE), sex
FROM pupils WHERE draw(i, 85) < 0.01;

-- file: EDUW_PUPIL
WITH years AS (SELECT CAST(range AS INTEGER) AS y FROM range(2004, 2022)),
on_roll AS (
    SELECT i, irn, y, area, i * 100 + y % 100 AS n
    FROM pupils, years
    -- On roll from the January of reception to that of year 11.
    WHERE y BETWEEN financial_year(CAST(born - 153 AS DATE)) + 5 AND financial_year(CAST(born - 153 AS DATE)) + 17
)
SELECT irn AS IRN_PE, y * 100 + 1 AS YEAR, CAST(660 + area AS INTEGER) AS LEA,
    CAST(4000000 + area * 100 + pick(i, 91, 80) AS BIGINT) AS ESTAB_PE,
    CASE WHEN draw(n, 92) < 0.75 THEN 'N' WHEN draw(n, 92) < 0.87 THEN 'A' WHEN draw(n, 92) < 0.95 THEN 'P'
        WHEN draw(n, 92) < 0.96 THEN 'Q' WHEN draw(n, 92) < 0.98 THEN 'S'
        WHEN draw(n, 92) < 0.985 THEN 's' END AS SENPROVISION,
    CASE WHEN draw(n, 93) < 0.01 THEN NULL WHEN draw(n, 93) < 0.2 THEN 1 ELSE 0 END AS FSMELIGIBLE
FROM on_roll
UNION ALL
-- Some are on roll at two schools, and some returns are of other months.
SELECT irn, y * 100 + CASE WHEN draw(n, 94) < 0.01 THEN 1 ELSE 9 END, CAST(660 + area AS INTEGER),
    CAST(4900000 + area AS BIGINT), 'P',
    CASE WHEN draw(n, 95) < 0.2 THEN 1 ELSE 0 END
FROM on_roll WHERE draw(n, 94) < 0.015;

-- file: EDUW_WED_L1
WITH results AS (
    SELECT i, irn, CAST(financial_year(CAST(born - 153 AS DATE)) + 17 AS INTEGER) AS y FROM pupils
)
SELECT irn AS IRN_PE, y AS YEAR, CASE WHEN draw(i, 101) < 0.85 THEN 1 ELSE 0 END AS R_QACH5L,
    CASE WHEN draw(i, 101) < 0.6 THEN 1 ELSE 0 END AS R_QACH5H,
    CASE WHEN draw(i, 102) < 0.02 THEN NULL WHEN draw(i, 101) < 0.5 THEN 1 ELSE 0 END AS R_QACH5EWM
FROM results WHERE y BETWEEN 2004 AND 2021 AND draw(i, 103) < 0.93;

-- table: supported, children who receive care and support; one code each.
CREATE TEMP TABLE supported AS
SELECT i, alf, wob, sex, area, CAST(6000000000 + i AS BIGINT) AS child_code
FROM people WHERE born >= DATE '1999-01-01' AND draw(i, 110) < 0.05;

-- file: CRCS_PUPIL_ALF
SELECT child_code AS CHILD_CODE_PE, CAST(512 + 2 * area AS INTEGER) AS LOCAL_AUTHORITY_CODE,
    CASE WHEN draw(i, 111) < 0.9 THEN alf END AS ALF_PE,
    status_of(i, 112) AS ALF_STS_CD, 0.5 + draw(i, 113) / 2 AS ALF_MTCH_PCT, wob AS WOB, sex AS GNDR_CD
FROM supported;

-- file: CRCS_MAIN_CRCS
SELECT child_code AS CHILD_CODE_PE, CAST(512 + 2 * area AS INTEGER) AS LOCAL_AUTHORITY_CODE,
    y * 100 + (y + 1) % 100 AS YEAR_CODE,
    'N' || (1 + pick(n, 121, 8)) AS CATEGORY_OF_NEED_CODE, pick(n, 122, 2) AS CHILD_PROTECTION_REGISTER,
    pick(n, 123, 2) AS LOOKED_AFTER_CHILD,
    CASE WHEN draw(i, 124) < 0.45 AND draw(n, 125) < 0.8 THEN 1 WHEN draw(n, 126) < 0.02 THEN NULL ELSE 0 END
        AS PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE,
    pick(n, 127, 2) AS PARENTING_CAPACITY_LEARNING_DISABILITIES,
    pick(n, 128, 2) AS PARENTING_CAPACITY_MENTAL_ILL_HEALTH,
    pick(n, 129, 2) AS PARENTING_CAPACITY_PHYSICAL_ILL_HEALTH, pick(n, 130, 2) AS PARENTING_CAPACITY_DOMESTIC_ABUSE
FROM (SELECT *, i * 100 + y % 100 AS n FROM supported, (SELECT CAST(range AS INTEGER) AS y FROM range(2016, 2021)))
WHERE draw(n, 120) < 0.55 AND wob < make_date(y + 1, 3, 31);

-- table: careers, the periods of care of each child; a second one can be in another authority, under another code.
CREATE TEMP TABLE careers AS
WITH entered AS (
    SELECT p.*, k, i * 4 + k AS n,
        CASE WHEN draw(i * 4 + k, 131) < 0.15 THEN pick(i * 4 + k, 132, 360)
            WHEN draw(i * 4 + k, 131) < 0.6 THEN 3650 + pick(i * 4 + k, 132, 2900)
            ELSE pick(i * 4 + k, 132, 3650) END AS age_in_days
    FROM people AS p, (SELECT CAST(range AS INTEGER) AS k FROM range(2))
    WHERE ever_in_care AND (k = 0 OR draw(i, 133) < 0.25)
),
placed AS (
    SELECT *, CAST(born + age_in_days AS DATE) AS started,
        CAST(least(born + age_in_days + CASE WHEN draw(n, 134) < 0.4 THEN 5 + pick(n, 135, 300) ELSE 300 + pick(n,
            135, 4000) END, born + 6574) AS DATE) AS ended
    FROM entered
)
SELECT i, k, n, alf, wob, sex, started, ended,
    CASE WHEN k = 1 AND draw(i, 136) < 0.2 THEN (area + 1) % 22 ELSE area END AS home,
    CAST(7000000000 + i * 2 + CASE WHEN k = 1 AND draw(i, 136) < 0.2 THEN 1 ELSE 0 END AS BIGINT) AS hybrid,
    CAST(800000 + i * 2 + CASE WHEN k = 1 AND draw(i, 136) < 0.2 THEN 1 ELSE 0 END AS BIGINT) AS system_id
FROM placed WHERE started >= DATE '2000-01-01' AND started < DATE '2021-03-20' AND ended > started;

-- table: episodes, each period cut into one to nine.
CREATE TEMP TABLE episodes AS
WITH cut AS (
    SELECT c.*, e, 1 + pick(c.n, 141, 4) + CASE WHEN draw(c.n, 142) < 0.2 THEN 5 ELSE 0 END AS pieces
    FROM careers AS c, (SELECT CAST(range AS INTEGER) AS e FROM range(9)) AS number
),
dated AS (
    SELECT *, n * 16 + e AS m,
        CAST(started + CAST(floor((ended - started) * pow(1.0 * e / pieces, 1.4)) AS INTEGER) AS DATE) AS first_day,
        CAST(started + CAST(floor((ended - started) * pow(1.0 * (e + 1) / pieces, 1.4)) AS INTEGER) AS DATE)
            AS next_day
    FROM cut WHERE e < pieces
)
SELECT i, e, m, hybrid, system_id, home, first_day,
    -- An episode ends on the day the next begins, or on the day before; a few are reversed, a few have no end.
    CASE
        WHEN next_day > DATE '2021-03-31' OR draw(m, 143) < 0.003 THEN NULL
        WHEN draw(m, 143) < 0.006 THEN CAST(first_day - 3 AS DATE)
        WHEN draw(m, 144) < 0.5 AND next_day - 1 >= first_day THEN CAST(next_day - 1 AS DATE)
        ELSE next_day
    END AS last_day,
    CASE
        WHEN e = 0 THEN 'S'
        WHEN draw(m, 145) < 0.55 THEN 'P'
        WHEN draw(m, 145) < 0.75 THEN 'B'
        WHEN draw(m, 145) < 0.98 THEN 'L'
    END AS reason,
    CASE
        WHEN draw(m, 146) < 0.35 THEN 'V2'
        WHEN draw(m, 146) < 0.85 THEN 'C2'
        WHEN draw(m, 146) < 0.92 THEN 'c1'
        WHEN draw(m, 146) < 0.94 THEN NULL
        WHEN draw(i, 147) < 0.3 THEN 'V1'
        ELSE 'E1'
    END AS legal,
    CASE WHEN draw(m, 148) >= 0.02
        THEN ['F1','F2','F3','F4','F5','F6','P1','P2','H3','H4','H5','A3','R1','M2','Z1','f2'][1 + pick(m, 149, 16)]
    END AS placement,
    'N' || (1 + pick(n, 150, 8)) AS need
FROM dated WHERE first_day <= DATE '2021-03-31' AND first_day < next_day;

-- file: LACW_EPISODE_MAIN
-- An episode is returned in each year that it touches, open in every one but the last.
WITH returned AS (
    SELECT *, CAST(unnest(range(
        greatest(financial_year(first_day), 2003),
        least(financial_year(coalesce(
            greatest(last_day, first_day), CASE WHEN draw(m, 151) < 0.5 THEN first_day ELSE DATE '2021-03-31' END
        )), 2020) + 1
    )) AS INTEGER) AS y
    FROM episodes
)
SELECT system_id AS SYSTEM_ID_PE, hybrid AS HYBRID_ID_PE, y * 100 + (y + 1) % 100 AS YEAR_CODE,
    CAST(512 + 2 * home AS INTEGER) AS LOCAL_AUTHORITY_CODE,
    CAST(row_number() OVER (PARTITION BY hybrid, y ORDER BY first_day, m) AS INTEGER) AS EPISODE_NUMBER,
    first_day AS EPISODE_START_DATE,
    CASE WHEN financial_year(last_day) <= y THEN last_day END AS EPISODE_END_DATE,
    reason AS REASON_EPISODE_STARTED_CODE,
    CASE WHEN last_day IS NULL OR financial_year(last_day) > y THEN NULL WHEN draw(m, 152) < 0.7 THEN 'X1'
        ELSE 'E4' END AS REASON_EPISODE_FINISHED_CODE,
    need AS CATEGORY_OF_NEED_CODE, legal AS LEGAL_STATUS_CODE, placement AS PLACEMENT_TYPE_CODE,
    'W01' || lpad(CAST(pick(m, 153, 1900) AS VARCHAR), 6, '0') AS LSOA2011_PLACEMENT_POSTCODE, 0 AS SHORT_BREAKS
FROM returned
ORDER BY YEAR_CODE, HYBRID_ID_PE, EPISODE_NUMBER;

-- file: LACW_PUPIL_ALF
SELECT system_id AS SYSTEM_ID_PE, CAST(512 + 2 * home AS INTEGER) AS LOCAL_AUTHORITY_CODE,
    CASE WHEN draw(hybrid, 161) < 0.75 THEN alf END AS ALF_PE,
    status_of(hybrid, 162) AS ALF_STS_CD, 0.5 + draw(hybrid, 163) / 2 AS ALF_MTCH_PCT, sex AS GNDR_CD, wob AS WOB
FROM (SELECT DISTINCT system_id, hybrid, home, alf, sex, wob FROM careers)
ORDER BY SYSTEM_ID_PE;

-- file: LACW_LAC_ALF_DERIVED
SELECT hybrid AS HYBRID_ID_PE, CAST(512 + 2 * home AS INTEGER) AS LOCAL_AUTHORITY_CODE,
    CASE WHEN draw(hybrid, 171) < 0.92 THEN alf END AS ALF_PE,
    status_of(hybrid, 172) AS ALF_STS_CD, 0.5 + draw(hybrid, 173) / 2 AS ALF_MTCH_PCT,
    CASE WHEN draw(hybrid, 174) < 0.55 THEN 'DHCW'
        ELSE ['CRCS', 'CINW', 'EDUW', 'CAFW', 'GP_EVENT'][1 + pick(hybrid, 175, 5)] END AS ALF_SOURCE,
    wob AS WOB, sex AS GNDR_CD, CAST(9000000000 + i AS BIGINT) AS UNIFIED_ID
FROM (SELECT DISTINCT system_id, hybrid, home, alf, sex, wob, i FROM careers)
ORDER BY HYBRID_ID_PE;
