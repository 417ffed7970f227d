"""PostgreSQL's keywords by category, as `pg_get_keywords()` lists them; the union of versions 13 to 18."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RESERVED = _words(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
    create current_catalog current_date current_role current_time current_timestamp current_user default
    deferrable desc distinct do else end except false fetch for foreign from grant group having in
    initially intersect into lateral leading limit localtime localtimestamp not null offset on only or
    order placing primary references returning select session_user some symmetric system_user table then
    to trailing true union unique user using variadic when where window with
    """
)
"""Catcode R: never a name without quotes."""

TYPE_OR_FUNCTION = _words(
    """
    authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull
    join left like natural notnull outer overlaps right similar tablesample verbose
    """
)
"""Catcode T: may name a type or function alone."""

COLUMN = _words(
    """
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest
    grouping inout int integer interval json json_array json_arrayagg json_exists json_object
    json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action
    national nchar none normalize nullif numeric out overlay position precision real row setof smallint
    substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """
)
"""Catcode C: may name a column or table, not a type or function."""

NEEDS_QUOTES = RESERVED | TYPE_OR_FUNCTION | COLUMN
"""What `quote_ident()` puts into quotes."""

STATEMENT_WORDS = _words(
    """
    add after aggregate alter always attach before begin by cascade cascaded cluster comment commit
    conflict copy current cycle deallocate declare deferred definer delete detach disable discard domain
    drop each enable enforced enum except exclude execute explain extension filter finalize first
    following force function generated grants groups if immediate immutable include increment index
    inherit inherits insert instead invoker isolation language last leakproof listen lock locked logged
    materialized matched maxvalue merge minvalue move no nothing notify nowait nulls of off operator
    over overriding owned owner parallel partition policy preceding prepare procedure publication range
    recursive refresh reindex release rename repeatable replace replica reset restart restrict returns
    revoke role rollback rollup routine rows rule savepoint schema security sequence serializable server
    session set sets share show skip stable start statistics stdin stdout storage stored strict
    subscription tables tablespace temp temporary ties transaction trigger truncate trusted type
    unbounded unlisten unlogged until update vacuum valid validate view virtual volatile within without
    work zone
    """
)
"""Words of catcode U that are rarely names of columns, so that an editor may show them as keywords."""

HIGHLIGHTED = NEEDS_QUOTES | STATEMENT_WORDS
