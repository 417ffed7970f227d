-- Runs in the twin. Where rows wait on their way into the catalogs, until the transaction ends.
-- Returns: nothing.
-- Versions: 13 to 18. Cost: none.
CREATE TEMP TABLE pgplumb_relation (source int8, schema text, name text, kind text, owner int8,
    pages int4, tuples float4, visible int4, frozen int4) ON COMMIT DROP;
CREATE TEMP TABLE pgplumb_column (schema text, name text, attname text, inherited bool,
    null_frac float4, width int4, n_distinct float4, mcv text, mcf text, histogram text, correlation float4,
    elements text, element_freqs text, element_counts text, lengths text, empty float4, bounds text,
    attnum int2, id int4 GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP;
CREATE TEMP TABLE pgplumb_range (schema text, name text, attname text, inherited bool,
    lengths text, empty float4, bounds text) ON COMMIT DROP;
CREATE TEMP TABLE pgplumb_index_column (schema text, name text, attname text, attnum int2) ON COMMIT DROP;
CREATE TEMP TABLE pgplumb_place (id int4, relid oid, attnum int2, typ oid, coll oid) ON COMMIT DROP;
CREATE TEMP TABLE pgplumb_type (typ oid, eq oid, lt oid, element oid, element_eq oid, range oid) ON COMMIT DROP
