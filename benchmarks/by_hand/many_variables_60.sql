-- many_variables_60: the same rows as specs/many_variables_60.yaml, as written by hand for DuckDB.
-- Written by `python -m benchmarks.many_variables` from the table of variables.
-- Shape: codes in a table; one scan for the index condition; one scan that stages the events of those people; one
-- aggregate for each person and list; one wide row for each member; one long table for the description.

CREATE TEMP TABLE code_lists AS
SELECT unnest([
        'A0000', 'B0001', 'C0002', 'D0003', 'E0004', 'F0005', 'G0006', 'H0007', 'A0008', 'B0009', 'C0010',
        'D0011', 'E0012', 'F0013', 'G0014', 'H0015', 'A0016', 'B0017', 'C0018', 'D0019', 'E0020', 'F0021',
        'G0022', 'H0023', 'A0024'
]) AS code, 1 AS list
UNION ALL
SELECT unnest([
        'B0025', 'C0026', 'D0027', 'E0028', 'F0029', 'G0030', 'H0031', 'A0032', 'B0033', 'C0034', 'D0035',
        'E0036', 'F0037', 'G0038', 'H0039', 'A0040', 'B0041', 'C0042', 'D0043', 'E0044', 'F0045', 'G0046',
        'H0047', 'A0048', 'B0049'
]) AS code, 2 AS list
UNION ALL
SELECT unnest([
        'C0050', 'D0051', 'E0052', 'F0053', 'G0054', 'H0055', 'A0056', 'B0057', 'C0058', 'D0059', 'E0060',
        'F0061', 'G0062', 'H0063', 'A0064', 'B0065', 'C0066', 'D0067', 'E0068', 'F0069', 'G0070', 'H0071',
        'A0072', 'B0073', 'C0074'
]) AS code, 3 AS list
UNION ALL
SELECT unnest([
        'D0075', 'E0076', 'F0077', 'G0078', 'H0079', 'A0080', 'B0081', 'C0082', 'D0083', 'E0084', 'F0085',
        'G0086', 'H0087', 'A0088', 'B0089', 'C0090', 'D0091', 'E0092', 'F0093', 'G0094', 'H0095', 'A0096',
        'B0097', 'C0098', 'D0099'
]) AS code, 4 AS list
UNION ALL
SELECT unnest([
        'E0100', 'F0101', 'G0102', 'H0103', 'A0104', 'B0105', 'C0106', 'D0107', 'E0108', 'F0109', 'G0110',
        'H0111', 'A0112', 'B0113', 'C0114', 'D0115', 'E0116', 'F0117', 'G0118', 'H0119', 'A0120', 'B0121',
        'C0122', 'D0123', 'E0124'
]) AS code, 5 AS list
UNION ALL
SELECT unnest([
        'F0125', 'G0126', 'H0127', 'A0128', 'B0129', 'C0130', 'D0131', 'E0132', 'F0133', 'G0134', 'H0135',
        'A0136', 'B0137', 'C0138', 'D0139', 'E0140', 'F0141', 'G0142', 'H0143', 'A0144', 'B0145', 'C0146',
        'D0147', 'E0148', 'F0149'
]) AS code, 6 AS list
UNION ALL
SELECT unnest([
        'G0150', 'H0151', 'A0152', 'B0153', 'C0154', 'D0155', 'E0156', 'F0157', 'G0158', 'H0159', 'A0160',
        'B0161', 'C0162', 'D0163', 'E0164', 'F0165', 'G0166', 'H0167', 'A0168', 'B0169', 'C0170', 'D0171',
        'E0172', 'F0173', 'G0174'
]) AS code, 7 AS list
UNION ALL
SELECT unnest([
        'H0175', 'A0176', 'B0177', 'C0178', 'D0179', 'E0180', 'F0181', 'G0182', 'H0183', 'A0184', 'B0185',
        'C0186', 'D0187', 'E0188', 'F0189', 'G0190', 'H0191', 'A0192', 'B0193', 'C0194', 'D0195', 'E0196',
        'F0197', 'G0198', 'H0199'
]) AS code, 8 AS list
UNION ALL
SELECT unnest([
        'A0200', 'B0201', 'C0202', 'D0203', 'E0204', 'F0205', 'G0206', 'H0207', 'A0208', 'B0209', 'C0210',
        'D0211', 'E0212', 'F0213', 'G0214', 'H0215', 'A0216', 'B0217', 'C0218', 'D0219', 'E0220', 'F0221',
        'G0222', 'H0223', 'A0224'
]) AS code, 9 AS list
UNION ALL
SELECT unnest([
        'B0225', 'C0226', 'D0227', 'E0228', 'F0229', 'G0230', 'H0231', 'A0232', 'B0233', 'C0234', 'D0235',
        'E0236', 'F0237', 'G0238', 'H0239', 'A0240', 'B0241', 'C0242', 'D0243', 'E0244', 'F0245', 'G0246',
        'H0247', 'A0248', 'B0249'
]) AS code, 10 AS list
UNION ALL
SELECT unnest([
        'C0250', 'D0251', 'E0252', 'F0253', 'G0254', 'H0255', 'A0256', 'B0257', 'C0258', 'D0259', 'E0260',
        'F0261', 'G0262', 'H0263', 'A0264', 'B0265', 'C0266', 'D0267', 'E0268', 'F0269', 'G0270', 'H0271',
        'A0272', 'B0273', 'C0274'
]) AS code, 11 AS list
UNION ALL
SELECT unnest([
        'D0275', 'E0276', 'F0277', 'G0278', 'H0279', 'A0280', 'B0281', 'C0282', 'D0283', 'E0284', 'F0285',
        'G0286', 'H0287', 'A0288', 'B0289', 'C0290', 'D0291', 'E0292', 'F0293', 'G0294', 'H0295', 'A0296',
        'B0297', 'C0298', 'D0299'
]) AS code, 12 AS list
UNION ALL
SELECT unnest([
        'E0300', 'F0301', 'G0302', 'H0303', 'A0304', 'B0305', 'C0306', 'D0307', 'E0308', 'F0309', 'G0310',
        'H0311', 'A0312', 'B0313', 'C0314', 'D0315', 'E0316', 'F0317', 'G0318', 'H0319', 'A0320', 'B0321',
        'C0322', 'D0323', 'E0324'
]) AS code, 13 AS list
UNION ALL
SELECT unnest([
        'F0325', 'G0326', 'H0327', 'A0328', 'B0329', 'C0330', 'D0331', 'E0332', 'F0333', 'G0334', 'H0335',
        'A0336', 'B0337', 'C0338', 'D0339', 'E0340', 'F0341', 'G0342', 'H0343', 'A0344', 'B0345', 'C0346',
        'D0347', 'E0348', 'F0349'
]) AS code, 14 AS list
UNION ALL
SELECT unnest([
        'G0350', 'H0351', 'A0352', 'B0353', 'C0354', 'D0355', 'E0356', 'F0357', 'G0358', 'H0359', 'A0360',
        'B0361', 'C0362', 'D0363', 'E0364', 'F0365', 'G0366', 'H0367', 'A0368', 'B0369', 'C0370', 'D0371',
        'E0372', 'F0373', 'G0374'
]) AS code, 15 AS list
UNION ALL
SELECT unnest([
        'H0375', 'A0376', 'B0377', 'C0378', 'D0379', 'E0380', 'F0381', 'G0382', 'H0383', 'A0384', 'B0385',
        'C0386', 'D0387', 'E0388', 'F0389', 'G0390', 'H0391', 'A0392', 'B0393', 'C0394', 'D0395', 'E0396',
        'F0397', 'G0398', 'H0399'
]) AS code, 16 AS list
UNION ALL
SELECT unnest([
        'A0400', 'B0401', 'C0402', 'D0403', 'E0404', 'F0405', 'G0406', 'H0407', 'A0408', 'B0409', 'C0410',
        'D0411', 'E0412', 'F0413', 'G0414', 'H0415', 'A0416', 'B0417', 'C0418', 'D0419', 'E0420', 'F0421',
        'G0422', 'H0423', 'A0424'
]) AS code, 17 AS list
UNION ALL
SELECT unnest([
        'B0425', 'C0426', 'D0427', 'E0428', 'F0429', 'G0430', 'H0431', 'A0432', 'B0433', 'C0434', 'D0435',
        'E0436', 'F0437', 'G0438', 'H0439', 'A0440', 'B0441', 'C0442', 'D0443', 'E0444', 'F0445', 'G0446',
        'H0447', 'A0448', 'B0449'
]) AS code, 18 AS list
UNION ALL
SELECT unnest([
        'C0450', 'D0451', 'E0452', 'F0453', 'G0454', 'H0455', 'A0456', 'B0457', 'C0458', 'D0459', 'E0460',
        'F0461', 'G0462', 'H0463', 'A0464', 'B0465', 'C0466', 'D0467', 'E0468', 'F0469', 'G0470', 'H0471',
        'A0472', 'B0473', 'C0474'
]) AS code, 19 AS list
UNION ALL
SELECT unnest([
        'D0475', 'E0476', 'F0477', 'G0478', 'H0479', 'A0480', 'B0481', 'C0482', 'D0483', 'E0484', 'F0485',
        'G0486', 'H0487', 'A0488', 'B0489', 'C0490', 'D0491', 'E0492', 'F0493', 'G0494', 'H0495', 'A0496',
        'B0497', 'C0498', 'D0499'
]) AS code, 20 AS list
UNION ALL
SELECT unnest([
        'E0500', 'F0501', 'G0502', 'H0503', 'A0504', 'B0505', 'C0506', 'D0507', 'E0508', 'F0509', 'G0510',
        'H0511', 'A0512', 'B0513', 'C0514', 'D0515', 'E0516', 'F0517', 'G0518', 'H0519', 'A0520', 'B0521',
        'C0522', 'D0523', 'E0524'
]) AS code, 21 AS list;

-- The index condition: the first event of list 21.
CREATE TEMP TABLE condition AS
SELECT ALF_PE AS person, min(EVENT_DT) AS index_date
FROM WLGP_GP_EVENT_CLEANSED
WHERE EVENT_CD IN (SELECT code FROM code_lists WHERE list = 21)
    AND ALF_PE IS NOT NULL AND ALF_STS_CD IN ('1', '4', '39')
    AND EVENT_DT BETWEEN DATE '1990-01-01' AND DATE '2020-12-31'
GROUP BY ALF_PE;

CREATE TEMP TABLE people AS
SELECT ALF_PE AS person, WOB AS born, GNDR_CD AS sex
FROM WDSD_AR_PERS SEMI JOIN condition ON person = ALF_PE
QUALIFY row_number() OVER (PARTITION BY ALF_PE ORDER BY WOB NULLS LAST, PERS_ID_PE) = 1;

CREATE TEMP TABLE events AS
SELECT person, index_date, list, EVENT_DT AS happened, EVENT_CD AS code, ALF_STS_CD AS status, EVENT_VAL AS value
FROM WLGP_GP_EVENT_CLEANSED
JOIN code_lists ON EVENT_CD = code AND list <= 20
JOIN condition ON person = ALF_PE
WHERE ALF_STS_CD IN ('1', '4', '39') AND EVENT_DT BETWEEN DATE '1990-01-01' AND DATE '2020-12-31';

-- Spells of registration and of living in Wales, joined over gaps of up to 30 days.
CREATE TEMP TABLE spells AS
WITH spell AS (
    SELECT 'gp' AS kind, ALF_PE AS person, START_DATE AS s, END_DATE AS e
    FROM WLGP_CLEAN_GP_REG_MEDIAN SEMI JOIN condition ON person = ALF_PE WHERE GP_DATA_FLAG = 1
    UNION ALL
    SELECT 'wales', ALF_PE, START_DATE, END_DATE
    FROM WDSD_CLEAN_ADD_WALES SEMI JOIN condition ON person = ALF_PE WHERE WELSH_ADDRESS = 1
),
closed AS (
    SELECT kind, person, s, CASE WHEN e IS NULL OR e >= DATE '9000-01-01' THEN DATE '2021-01-01' ELSE e + 1 END AS u
    FROM spell WHERE s <= DATE '2020-12-31'
),
numbered AS (
    SELECT *, sum(CASE WHEN s - reach <= 30 THEN 0 ELSE 1 END) OVER (PARTITION BY kind, person ORDER BY s, u) AS n
    FROM (
        SELECT *, max(u) OVER (
            PARTITION BY kind, person ORDER BY s, u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach
        FROM closed WHERE u > s
    )
)
SELECT kind, person, min(s) AS s, max(u) AS u FROM numbered GROUP BY kind, person, n;

-- The five rules as flags, in one pass.
CREATE TEMP TABLE flags AS
WITH covered AS (
    SELECT
        person,
        bool_or(kind = 'wales' AND s <= index_date AND index_date < u) AS in_wales,
        sum(greatest(0, least(u, index_date) - greatest(s, CAST(index_date - INTERVAL 5 YEAR AS DATE))))
            FILTER (WHERE kind = 'gp') AS days
    FROM spells JOIN condition USING (person) GROUP BY person
),
excluded AS (
    SELECT DISTINCT person FROM events
    WHERE list = 10 AND happened >= index_date - INTERVAL 5 YEAR AND happened < index_date
)
SELECT
    person, index_date, sex, age,
    coalesce(index_date BETWEEN DATE '2008-01-01' AND DATE '2017-12-31', false) AS rule_1,
    coalesce(age >= 18 AND age < 65, false) AS rule_2,
    coalesce(in_wales, false) AS rule_3,
    coalesce(days >= 1461, false) AS rule_4,
    excluded.person IS NULL AS rule_5
FROM (
    SELECT condition.person, index_date, sex, year(index_date) - year(born)
        - CASE WHEN month(index_date) * 100 + day(index_date) < month(born) * 100 + day(born) THEN 1 ELSE 0 END AS age
    FROM condition LEFT JOIN people USING (person)
)
LEFT JOIN covered USING (person)
LEFT JOIN excluded USING (person);

CREATE TEMP TABLE members AS
SELECT person, index_date, sex, age FROM flags WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5;

CREATE TEMP TABLE by_list AS
SELECT
    person,
    list,
    bool_or(happened < index_date) AS ever,
    count(*) FILTER (WHERE happened >= index_date - INTERVAL 5 YEAR AND happened < index_date) AS times,
    first(value ORDER BY happened DESC, code, status, value NULLS LAST) FILTER (WHERE happened < index_date) AS value,
    min(happened) FILTER (WHERE happened > index_date) - any_value(index_date) AS days_to
FROM events SEMI JOIN members USING (person)
GROUP BY person, list;

CREATE TEMP TABLE analysis AS
SELECT
    person,
    any_value(index_date) AS index_date,
    any_value(sex) AS sex,
    any_value(age) AS age,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 1), false) AS INTEGER) AS ever_01,
    coalesce(max(times) FILTER (WHERE list = 2), 0) AS times_02,
    max(value) FILTER (WHERE list = 3) AS value_03,
    max(days_to) FILTER (WHERE list = 4) AS days_to_04,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 5), false) AS INTEGER) AS ever_05,
    coalesce(max(times) FILTER (WHERE list = 6), 0) AS times_06,
    max(value) FILTER (WHERE list = 7) AS value_07,
    max(days_to) FILTER (WHERE list = 8) AS days_to_08,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 9), false) AS INTEGER) AS ever_09,
    coalesce(max(times) FILTER (WHERE list = 10), 0) AS times_10,
    max(value) FILTER (WHERE list = 11) AS value_11,
    max(days_to) FILTER (WHERE list = 12) AS days_to_12,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 13), false) AS INTEGER) AS ever_13,
    coalesce(max(times) FILTER (WHERE list = 14), 0) AS times_14,
    max(value) FILTER (WHERE list = 15) AS value_15,
    max(days_to) FILTER (WHERE list = 16) AS days_to_16,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 17), false) AS INTEGER) AS ever_17,
    coalesce(max(times) FILTER (WHERE list = 18), 0) AS times_18,
    max(value) FILTER (WHERE list = 19) AS value_19,
    max(days_to) FILTER (WHERE list = 20) AS days_to_20,
    coalesce(max(times) FILTER (WHERE list = 1), 0) AS times_01,
    max(value) FILTER (WHERE list = 2) AS value_02,
    max(days_to) FILTER (WHERE list = 3) AS days_to_03,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 4), false) AS INTEGER) AS ever_04,
    coalesce(max(times) FILTER (WHERE list = 5), 0) AS times_05,
    max(value) FILTER (WHERE list = 6) AS value_06,
    max(days_to) FILTER (WHERE list = 7) AS days_to_07,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 8), false) AS INTEGER) AS ever_08,
    coalesce(max(times) FILTER (WHERE list = 9), 0) AS times_09,
    max(value) FILTER (WHERE list = 10) AS value_10,
    max(days_to) FILTER (WHERE list = 11) AS days_to_11,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 12), false) AS INTEGER) AS ever_12,
    coalesce(max(times) FILTER (WHERE list = 13), 0) AS times_13,
    max(value) FILTER (WHERE list = 14) AS value_14,
    max(days_to) FILTER (WHERE list = 15) AS days_to_15,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 16), false) AS INTEGER) AS ever_16,
    coalesce(max(times) FILTER (WHERE list = 17), 0) AS times_17,
    max(value) FILTER (WHERE list = 18) AS value_18,
    max(days_to) FILTER (WHERE list = 19) AS days_to_19,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 20), false) AS INTEGER) AS ever_20,
    max(value) FILTER (WHERE list = 1) AS value_01,
    max(days_to) FILTER (WHERE list = 2) AS days_to_02,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 3), false) AS INTEGER) AS ever_03,
    coalesce(max(times) FILTER (WHERE list = 4), 0) AS times_04,
    max(value) FILTER (WHERE list = 5) AS value_05,
    max(days_to) FILTER (WHERE list = 6) AS days_to_06,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 7), false) AS INTEGER) AS ever_07,
    coalesce(max(times) FILTER (WHERE list = 8), 0) AS times_08,
    max(value) FILTER (WHERE list = 9) AS value_09,
    max(days_to) FILTER (WHERE list = 10) AS days_to_10,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 11), false) AS INTEGER) AS ever_11,
    coalesce(max(times) FILTER (WHERE list = 12), 0) AS times_12,
    max(value) FILTER (WHERE list = 13) AS value_13,
    max(days_to) FILTER (WHERE list = 14) AS days_to_14,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 15), false) AS INTEGER) AS ever_15,
    coalesce(max(times) FILTER (WHERE list = 16), 0) AS times_16,
    max(value) FILTER (WHERE list = 17) AS value_17,
    max(days_to) FILTER (WHERE list = 18) AS days_to_18,
    CAST(coalesce(bool_or(ever) FILTER (WHERE list = 19), false) AS INTEGER) AS ever_19,
    coalesce(max(times) FILTER (WHERE list = 20), 0) AS times_20
FROM members LEFT JOIN by_list USING (person)
GROUP BY person;

CREATE TEMP TABLE results (
    table_name VARCHAR, row_value VARCHAR, column_value VARCHAR, layer_value VARCHAR, statistic VARCHAR,
    value BIGINT, number DOUBLE
);

INSERT INTO results
SELECT 'flow_of_people', unnest([
    'start', 'condition_in_study_years', 'adult', 'lives_in_wales', 'five_years_registered',
    'without_exclusion_condition'
]), '', '', 'remaining', unnest([
    count(*), count(*) FILTER (WHERE rule_1), count(*) FILTER (WHERE rule_1 AND rule_2),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4 AND rule_5)
]), NULL
FROM flags
UNION ALL
SELECT 'flow_of_people', unnest([
    'condition_in_study_years', 'adult', 'lives_in_wales', 'five_years_registered',
    'without_exclusion_condition'
]), '', '', 'without_step', unnest([
    count(*) FILTER (WHERE rule_2 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_3 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_4 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_5),
    count(*) FILTER (WHERE rule_1 AND rule_2 AND rule_3 AND rule_4)
]), NULL
FROM flags;

INSERT INTO results
SELECT 'age_and_sex', CASE WHEN age >= 45 THEN '45 to 64' WHEN age >= 30 THEN '30 to 44' ELSE '18 to 29' END,
    coalesce(CAST(sex AS VARCHAR), 'missing'), '', 'count', count(*), NULL
FROM analysis GROUP BY ALL;

-- Yes or no: how many of each.
INSERT INTO results
SELECT 'people_described', 'all', CAST(answer AS VARCHAR), variable, 'count', count(*), NULL
FROM (
    SELECT
        ever_01, ever_05, ever_09, ever_13, ever_17, ever_04, ever_08, ever_12, ever_16, ever_20, ever_03,
        ever_07, ever_11, ever_15, ever_19
    FROM analysis
) UNPIVOT (answer FOR variable IN (*))
GROUP BY ALL;

-- Numbers: sums of whole thousandths, so that their order does not matter, and quantiles.
INSERT INTO results
WITH long AS (
    SELECT variable, answer
    FROM (
        SELECT
        CAST(times_02 AS DOUBLE) AS times_02, CAST(value_03 AS DOUBLE) AS value_03,
        CAST(days_to_04 AS DOUBLE) AS days_to_04, CAST(times_06 AS DOUBLE) AS times_06,
        CAST(value_07 AS DOUBLE) AS value_07, CAST(days_to_08 AS DOUBLE) AS days_to_08,
        CAST(times_10 AS DOUBLE) AS times_10, CAST(value_11 AS DOUBLE) AS value_11,
        CAST(days_to_12 AS DOUBLE) AS days_to_12, CAST(times_14 AS DOUBLE) AS times_14,
        CAST(value_15 AS DOUBLE) AS value_15, CAST(days_to_16 AS DOUBLE) AS days_to_16,
        CAST(times_18 AS DOUBLE) AS times_18, CAST(value_19 AS DOUBLE) AS value_19,
        CAST(days_to_20 AS DOUBLE) AS days_to_20, CAST(times_01 AS DOUBLE) AS times_01,
        CAST(value_02 AS DOUBLE) AS value_02, CAST(days_to_03 AS DOUBLE) AS days_to_03,
        CAST(times_05 AS DOUBLE) AS times_05, CAST(value_06 AS DOUBLE) AS value_06,
        CAST(days_to_07 AS DOUBLE) AS days_to_07, CAST(times_09 AS DOUBLE) AS times_09,
        CAST(value_10 AS DOUBLE) AS value_10, CAST(days_to_11 AS DOUBLE) AS days_to_11,
        CAST(times_13 AS DOUBLE) AS times_13, CAST(value_14 AS DOUBLE) AS value_14,
        CAST(days_to_15 AS DOUBLE) AS days_to_15, CAST(times_17 AS DOUBLE) AS times_17,
        CAST(value_18 AS DOUBLE) AS value_18, CAST(days_to_19 AS DOUBLE) AS days_to_19,
        CAST(value_01 AS DOUBLE) AS value_01, CAST(days_to_02 AS DOUBLE) AS days_to_02,
        CAST(times_04 AS DOUBLE) AS times_04, CAST(value_05 AS DOUBLE) AS value_05,
        CAST(days_to_06 AS DOUBLE) AS days_to_06, CAST(times_08 AS DOUBLE) AS times_08,
        CAST(value_09 AS DOUBLE) AS value_09, CAST(days_to_10 AS DOUBLE) AS days_to_10,
        CAST(times_12 AS DOUBLE) AS times_12, CAST(value_13 AS DOUBLE) AS value_13,
        CAST(days_to_14 AS DOUBLE) AS days_to_14, CAST(times_16 AS DOUBLE) AS times_16,
        CAST(value_17 AS DOUBLE) AS value_17, CAST(days_to_18 AS DOUBLE) AS days_to_18,
        CAST(times_20 AS DOUBLE) AS times_20
        FROM analysis
    ) UNPIVOT INCLUDE NULLS (answer FOR variable IN (*))
),
described AS (
    SELECT
        variable,
        count(answer) AS known,
        count(*) - count(answer) AS missing,
        CAST(sum(CAST(floor(answer * 1000 + 0.5) AS HUGEINT)) AS DOUBLE) / 1e3 AS total,
        CAST(sum(CAST(floor(answer * 1000 + 0.5) AS HUGEINT) ** 2) AS DOUBLE) / 1e6 AS squares,
        quantile_disc(answer, [0.25, 0.5, 0.75]) AS q
    FROM long GROUP BY variable
)
SELECT 'people_described', 'all', '', variable, statistic, value, number
FROM (
    SELECT
        variable,
        unnest(['known', 'missing', 'total', 'squares', 'quantile_25', 'quantile_50', 'quantile_75']) AS statistic,
        unnest([nullif(known, 0), nullif(missing, 0), NULL, NULL, NULL, NULL, NULL]) AS value,
        unnest([NULL, NULL, total, squares, q[1], q[2], q[3]]) AS number
    FROM described
)
WHERE value IS NOT NULL OR number IS NOT NULL;
