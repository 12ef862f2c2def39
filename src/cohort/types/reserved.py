"""Words that no name of a study may be, because a database reads them as its own.

In the lowest layers, so that a spec is told at once and not when its SQL is compiled.
"""

from __future__ import annotations

# IBM's own list on the page "Reserved schema names and reserved words" of the SQL reference of Db2 11 for Linux. What
# the page adds from the ISO standard is no keyword of Db2 itself and is left out. UNTIL and VALUE are on IBM's
# list and are left out too: the query model fixes `until` and the results table fixes `value`. Db2 for Linux reads both
# as names (its own administrative view DBCFG has a column VALUE; UNTIL matters in routines only).
_DB2 = """
    activate add after alias all allocate allow alter and any as asensitive associate asutime at attributes audit
    authorization aux auxiliary before begin between binary bufferpool by cache call called capture cardinality
    cascaded case cast ccsid char character check clone close cluster collection collid column comment commit
    concat condition connect connection constraint contains continue count count_big create cross current
    current_date current_lc_ctype current_path current_schema current_server current_time current_timestamp
    current_timezone current_user cursor cycle data database datapartitionname datapartitionnum date day days
    db2general db2genrl db2sql dbinfo dbpartitionname dbpartitionnum deallocate declare default defaults
    definition delete dense_rank denserank describe descriptor deterministic diagnostics disable disallow
    disconnect distinct do document double drop dssize dynamic each editproc else elseif enable encoding
    encryption end ending erase escape every except exception excluding exclusive execute exists exit explain
    external extract fenced fetch fieldproc file final for foreign free from full function general generated get
    global go goto grant graphic group handler hash hashed_value having hint hold hour hours identity if immediate
    in including inclusive increment index indicator infinity inherit inner inout insensitive insert integrity
    intersect into is isobid isolation iterate jar java join keep key label language lateral lc_ctype leave left
    like linktype local localdate locale localtime localtimestamp locator locators lock lockmax locksize long loop
    maintained materialized maxvalue microsecond microseconds minute minutes minvalue mode modifies month months
    nan new new_table nextval no nocache nocycle nodename nodenumber nomaxvalue nominvalue none noorder normalized
    not null nulls numparts obid of old old_table on open optimization optimize option or order out outer over
    overriding package padded pagesize parameter part partition partitioned partitioning partitions password path
    piecesize plan position precision prepare prevval primary priqty privileges procedure program psid public
    query queryno range rank read reads recovery references referencing refresh release rename repeat reset
    resignal restart restrict result result_set_locator return returns revoke right role rollback round_ceiling
    round_down round_floor round_half_down round_half_even round_half_up round_up routine row row_number rownumber
    rows rowset rrn run savepoint schema scratchpad scroll search second seconds secqty security select sensitive
    sequence session session_user set signal simple snan some source specific sql sqlid stacked standard start
    starting statement static statment stay stogroup stores style substring summary synonym sysfun sysibm sysproc
    system system_user table tablespace then time timestamp to transaction trigger trim truncate type undo union
    unique update usage user using validproc values variable variant vcat version view volatile volumes when
    whenever where while with without wlm write xmlelement xmlexists xmlnamespaces year years
"""
# What DuckDB 2 itself lists as reserved, or as usable for types and functions only.
_DUCKDB = """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
    default deferrable desc describe distinct do else end except false fetch for foreign from group having in
    initially intersect into lambda lateral leading limit not null offset on only or order pivot pivot_longer
    pivot_wider placing primary qualify references returning select show some summarize symmetric table then to
    trailing true union unique unpivot using variadic when where window with anti asof authorization binary
    collation columns concurrently cross freeze full generated glob ilike inner is isnull join left like map
    natural notnull outer overlaps positional right semi similar struct tablesample try_cast tuple unpack verbose
    between interval values coalesce nullif extract exists grouping row
"""
# What Spark's page "ANSI Compliance" lists as reserved under ANSI rules, and the words that no alias of a table may be.
# UNKNOWN is left out: it is reserved only under a setting that is off unless somebody turns it on.
_SPARK = """
    all and anti any as authorization both case cast check collate column constraint create cross current_date
    current_time current_timestamp current_user distinct else end escape except execute false fetch filter for foreign
    from full grant group having in inner intersect into is join lateral leading left minus natural not null on only or
    order outer overlaps percentile_cont percentile_disc primary references right select semi session_user some table
    then time to trailing union unique user using when where with within
"""
# What PostgreSQL 15 itself lists as reserved, if no database above does.
_POSTGRESQL = "concurrently current_catalog current_role ilike initially localtime placing variadic verbose"
RESERVED = frozenset(" ".join((_DB2, _DUCKDB, _SPARK, _POSTGRESQL)).split())
"""Words that no name may be, in any dialect: a study that compiles for one database compiles for all."""
