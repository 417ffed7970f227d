"""Random predicates over the table docs: boolean trees over many forms of test."""
# ruff: noqa: E501

from __future__ import annotations

import random

S = "current_setting('app.tenant_id', true)"
N = f"nullif({S}, '')"
I = f"{N}::int"  # noqa: E741
U = "nullif(current_setting('app.user_id', true), '')::int"

ATOMS = (
    # The tenant and the session, in many spellings.
    f"tenant_id = {I}", f"{I} = tenant_id", f"tenant_id = {S}::int", f"tenant_id = (SELECT {I})", f"tenant_id::text = {S}",
    f"tenant_id::text = {N}", f"tenant_id::bigint = {N}::bigint", f"tenant_id = {N}::numeric", f"tenant_id = {N}::float8",
    f"tenant_id::varchar(1) = {S}", f"tenant_id::char = {S}", f"tenant_id IN ({I})", f"tenant_id IN ({I}, 1)",
    f"tenant_id = ANY (ARRAY[{I}])", f"tenant_id = ALL (ARRAY[{I}])", "tenant_id = ALL (ARRAY[]::int[])",
    f"tenant_id <> ALL (ARRAY[{I}])", f"NOT tenant_id <> {I}", f"tenant_id <> {I}", f"tenant_id IS DISTINCT FROM {I}",
    f"tenant_id IS NOT DISTINCT FROM {I}", f"NOT (tenant_id IS DISTINCT FROM {I})", f"(tenant_id = {I}) IS TRUE",
    f"(tenant_id = {I}) IS NOT FALSE", f"(tenant_id <> {I}) IS FALSE", f"(tenant_id <> {I}) IS NOT TRUE",
    f"(tenant_id = {I}) IS UNKNOWN", f"(tenant_id = {I}) IS NOT UNKNOWN", f"coalesce(tenant_id = {I}, false)",
    f"coalesce(tenant_id = {I}, true)", f"coalesce(tenant_id, 1) = {I}", f"tenant_id = coalesce({I}, 1)",
    f"tenant_id = coalesce({I}, tenant_id)", f"coalesce({I}, tenant_id) = tenant_id", f"tenant_id >= {I}",
    f"tenant_id >= {I} AND tenant_id <= {I}", f"tenant_id BETWEEN {I} AND {I}", f"tenant_id NOT BETWEEN {I} AND {I}",
    f"tenant_id = CASE WHEN is_public THEN {I} ELSE 2 END", f"CASE WHEN is_public THEN tenant_id = {I} ELSE false END",
    f"CASE WHEN is_public THEN true ELSE tenant_id = {I} END", f"CASE WHEN tenant_id = {I} THEN true END",
    f"CASE tenant_id WHEN {I} THEN true ELSE false END", f"CASE tenant_id WHEN {I} THEN false ELSE true END",
    f"(tenant_id, 1) = ({I}, 1)", f"ROW(tenant_id, shared) = ROW({I}, true)", f"(tenant_id, 1) IN (SELECT {I}, 1)",
    f"nullif(tenant_id, {I}) IS NULL", f"nullif(tenant_id, {I}) IS NOT NULL", f"tenant_id - {I} = 0", f"tenant_id % 2 = {I} % 2",
    f"tenant_id = abs({I})", f"tenant_id = -{I}", f"tenant_id + 0 = {I}", f"{S} LIKE tenant_id::text || '%'", f"tenant_id::text ~ {S}",
    f"tenant_id = greatest({I}, 1)", f"tenant_id = ANY (string_to_array({S}, ',')::int[])", f"tenant_id::text = ANY (string_to_array({S}, ','))",
    f"tenant_id = {U}", f"tenant_id = ({S}::json ->> 'x')::int", "tenant_id = current_setting('app.other', true)::int",
    # Copies of the tenant in other types.
    f"tenant_sure = {I}", f"tenant_sure = {I} AND tenant_sure = tenant_id", f"tenant_text = {S}", f"tenant_text = {S} AND tenant_text = tenant_id::text",
    f"tenant_varchar = {S} AND tenant_varchar = tenant_id::text", f"tenant_char = {S} AND tenant_char = tenant_id::text",
    f"tenant_float = {N}::float8 AND tenant_float = tenant_id", f"tenant_numeric = {N}::numeric AND tenant_numeric = tenant_id",
    f"tenant_loose = {S} AND tenant_loose = tenant_id::text", f"tenant_domain = {I} AND tenant_domain = tenant_id",
    f"tenant_text::int = {I} AND tenant_id = tenant_text::int", f"tenant_text::int = tenant_id AND tenant_text = {S}",
    f"tags[1] = {S} AND tags[1] = tenant_id::text", f"extra ->> 'tenant' = {S} AND tenant_id::text = extra ->> 'tenant'",
    f"tenant_id = other_id AND other_id = {N}::bigint", f"lower(tenant_text) = lower({S})", f"md5(tenant_id::text) = md5({S})",
    f"title = {S}", f"title = {S} AND tenant_text = title AND tenant_id = tenant_text::int", f"tenant_domain IS NOT DISTINCT FROM {I}",
    # Rows and sessions by themselves.
    "true", "false", "NULL::boolean", "is_public", "NOT is_public", "shared", "is_public IS TRUE", "is_public IS NOT TRUE",
    "is_public IS NULL", "tenant_id IS NULL", "tenant_id IS NOT NULL", "tenant_sure IS NULL", "tenant_id = 1", "tenant_id = 1 AND tenant_id = 2",
    "tenant_id IN (1, 2)", "tenant_id NOT IN (1, 2)", "tenant_id = tenant_id", "tenant_id <> tenant_id", "tenant_id > 2", "title = 'a'",
    "title LIKE 'a%'", "title IN ('a', 'b')", "title = ANY ('{a,1}')", "mood = 'calm'", "mood <> 'calm' OR mood IS NULL", "made > now() - interval '5 days'",
    "due >= current_date", "'1' = ANY (tags)", "extra ? 'tenant'", "extra @> '{\"tenant\": \"1\"}'", "owner_id = 10", f"owner_id = {U}",
    "length(title) > 0", "title COLLATE \"C\" = 'a'", "id = 7", "current_user = 'prover_app'", "current_user = 'postgres'",
    "pg_has_role(current_user, 'prover_app', 'MEMBER')", f"{S} IS NULL", f"{S} = ''", f"{S} IS NOT NULL", f"{S} = '1'", f"{N} IS NULL",
    f"coalesce({S}, '') = ''", f"length({S}) > 0", "1 = 1", "1 = 0", "num_nulls(tenant_id, title) = 0", "random() >= 0",
    # Other tables.
    f"EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = docs.tenant_id AND m.user_id = {U})",
    f"EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = tenant_id AND m.user_id = {U})",
    f"EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = docs.tenant_id AND m.tenant_id = {I})",
    f"EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = {U})", "EXISTS (SELECT 1 FROM public.members WHERE role = 'admin')",
    f"tenant_id IN (SELECT tenant_id FROM public.members WHERE user_id = {U})", f"tenant_id NOT IN (SELECT tenant_id FROM public.members WHERE user_id = {U})",
    f"tenant_id IN (SELECT m.tenant_id FROM public.members m WHERE m.user_id = {U} AND m.active)",
    f"tenant_id IN (SELECT m.tenant_id FROM public.members m WHERE m.user_id = {U} OR m.role = 'admin')",
    f"tenant_id = ANY (ARRAY(SELECT m.tenant_id FROM public.members m WHERE m.user_id = {U}))",
    f"tenant_id = (SELECT u.tenant_id FROM public.users u WHERE u.id = {U})", f"tenant_id = (SELECT max(m.tenant_id) FROM public.members m WHERE m.user_id = {U})",
    f"(SELECT u.tenant_id FROM public.users u WHERE u.id = {U}) IS NULL", f"tenant_id IS NOT DISTINCT FROM (SELECT u.tenant_id FROM public.users u WHERE u.id = {U})",
    f"EXISTS (SELECT 1 FROM public.users u JOIN public.members m ON m.user_id = u.id WHERE u.id = {U} AND m.tenant_id = docs.tenant_id)",
    f"EXISTS (SELECT 1 FROM public.users u LEFT JOIN public.members m ON m.user_id = u.id AND m.tenant_id = docs.tenant_id WHERE u.id = {U})",
    f"EXISTS (SELECT 1 FROM public.members m LEFT JOIN public.users u ON m.user_id = u.id WHERE u.id = {U} AND m.tenant_id = docs.tenant_id)",
    f"EXISTS (SELECT 1 FROM public.users u JOIN public.members m USING (tenant_id) WHERE u.id = {U} AND m.tenant_id = docs.tenant_id)",
    f"EXISTS (SELECT 1 FROM public.projects p WHERE p.id = docs.project_id AND p.tenant_id = {I})",
    f"EXISTS (SELECT 1 FROM public.projects p WHERE p.id = docs.project_id AND p.tenant_id = {I} AND p.tenant_id = docs.tenant_id)",
    "project_id IN (SELECT id FROM public.boards)", "EXISTS (SELECT 1 FROM public.boards b WHERE b.tenant_id = docs.tenant_id)",
    "EXISTS (SELECT 1 FROM public.notes n WHERE n.tenant_id = docs.tenant_id)", "tenant_id IN (SELECT tenant_id FROM public.boards)",
    "tenant_id IN (SELECT tenant_id FROM public.empty_rls)", "tenant_id IN (SELECT tenant_id FROM public.secrets)",
    f"EXISTS (SELECT count(*) FROM public.members m WHERE m.user_id = {U})", f"(SELECT count(*) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id) > 0",
    f"NOT EXISTS (SELECT 1 FROM public.members m WHERE m.tenant_id = docs.tenant_id AND m.user_id = {U})",
    f"tenant_id IN (SELECT 1 UNION SELECT {I})", f"tenant_id IN (SELECT {I} UNION ALL SELECT m.tenant_id FROM public.members m WHERE m.user_id = {U})",
    f"tenant_id IN (SELECT tenant_id FROM public.members WHERE user_id = {U} EXCEPT SELECT 1)", f"tenant_id IN (SELECT m.tenant_id FROM public.members m WHERE m.user_id = {U} GROUP BY 1 HAVING count(*) > 0)",
    f"tenant_id = (SELECT x.t FROM (SELECT tenant_id AS t FROM public.users u WHERE u.id = {U}) x)", f"tenant_id IN (SELECT x.t FROM (SELECT m.tenant_id AS t, m.user_id FROM public.members m) x WHERE x.user_id = {U} LIMIT 5)",
    "EXISTS (SELECT 1 FROM public.flags f WHERE f.name = 'open' AND f.is_on)", "(SELECT f.is_on FROM public.flags f WHERE f.name = 'open')",
    f"EXISTS (SELECT 1 FROM public.tenants t WHERE t.id = docs.tenant_id AND t.parent = {I})", f"EXISTS (SELECT 1 FROM public.tenants t WHERE t.id = {I} AND t.name = 'one' AND docs.title = 'a')",
    f"EXISTS (SELECT 1 FROM public.docs d WHERE d.id = docs.id AND d.tenant_id = {I})", f"EXISTS (SELECT 1 FROM public.docs d WHERE d.title = docs.title AND d.tenant_id = {I})",
    f"EXISTS (SELECT 1 FROM public.tenants a JOIN public.tenants b ON a.id = b.id WHERE a.id = docs.tenant_id AND b.id = {I})",
    f"EXISTS (SELECT 1 FROM public.tenants a JOIN public.tenants b ON a.name = b.name WHERE a.id = docs.tenant_id AND b.id = {I})",
    f"EXISTS (SELECT 1 FROM public.projects a JOIN public.projects b ON a.slug = b.slug WHERE a.tenant_id = docs.tenant_id AND b.tenant_id = {I})",
    f"docs.tenant_id = ANY (SELECT m.tenant_id FROM public.members m CROSS JOIN public.users u WHERE m.user_id = u.id AND u.id = {U})",
    f"project_id IN (SELECT p.id FROM public.projects p WHERE p.tenant_id = {I})", f"(SELECT p.tenant_id FROM public.projects p WHERE p.id = docs.project_id) = {I}",
    f"(SELECT p.tenant_id FROM public.projects p WHERE p.id = docs.project_id) IS NOT DISTINCT FROM {I}", f"EXISTS (SELECT 1 FROM public.projects p WHERE p.id = project_id AND p.tenant_id = {I})",
    f"EXISTS (SELECT 1 FROM public.projects p LEFT JOIN public.boards b ON b.id = p.id WHERE p.id = docs.project_id AND b.tenant_id = {I})", "EXISTS (SELECT 1 FROM public.projects p JOIN public.boards b ON b.id = p.id AND b.tenant_id = p.tenant_id WHERE p.id = docs.project_id)",
    f"project_id = (SELECT min(p.id) FROM public.projects p WHERE p.tenant_id = {I})", f"EXISTS (SELECT 1 FROM public.projects p WHERE p.slug = docs.title AND p.tenant_id = {I})",
    # Aggregates and elements.
    f"(SELECT count(*) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id) >= 1", f"(SELECT count(m.role) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id) = 1",
    f"(SELECT count(*) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id) >= 0", f"(SELECT count(*) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id) < 1",
    f"(SELECT bool_or(m.active) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id)", f"(SELECT bool_and(m.active) FROM public.members m WHERE m.user_id = {U} AND m.tenant_id = docs.tenant_id) IS NULL",
    f"tenant_id = ANY ((SELECT array_agg(m.tenant_id) FROM public.members m WHERE m.user_id = {U})::int[])", f"tenant_id <> ALL ((SELECT array_agg(m.tenant_id) FROM public.members m WHERE m.user_id = {U})::int[])",
    f"tenant_id::text IN (SELECT unnest(string_to_array({S}, ',')))", f"tenant_id::text IN (SELECT x FROM unnest(string_to_array({S}, ',')) x)", f"tenant_id = (SELECT min(u.tenant_id) FROM public.users u WHERE u.id = {U} OR u.is_admin)",
    "tenant_id IN (SELECT unnest(ARRAY[1, 2]))", f"EXISTS (SELECT 1 FROM unnest(docs.tags) t WHERE t = {S} AND t = docs.tenant_id::text)", "EXISTS (SELECT unnest(ARRAY[]::int[]))", f"(SELECT max({I}) FROM public.members m) = tenant_id",
    # Helper functions.
    "tenant_id = app.tenant()", "tenant_id = app.tenant_pl()", "tenant_id = (SELECT app.tenant())", "tenant_id = app.tenant_or_one()", "app.is_mine(tenant_id)", "app.is_mine(tenant_sure)",
    "NOT app.is_mine(tenant_id)", "app.captured(tenant_id)", "app.is_member(tenant_id)", "app.is_member_pl(tenant_id)", "app.wrong_pl(tenant_id)", "tenant_id IN (SELECT app.my_tenants())",
    "tenant_id IN (SELECT t FROM app.my_tenants() t)", "tenant_id = ANY (ARRAY(SELECT app.my_tenants()))", "tenant_id = app.opaque()", "app.strict_or(tenant_id)", "app.role_of(tenant_id) = 'admin'",
    "app.role_of(tenant_id) IS NULL", "app.role_of(tenant_id) IN ('admin', 'reader')", "app.tenant() IS NULL", "app.is_mine(NULL) IS NULL", "app.is_member(app.tenant())", "coalesce(app.is_member(tenant_id), true)",
)  # fmt: skip

_KEEPS = (
    f"tenant_id = {I}",
    "tenant_id = app.tenant()",
    f"tenant_id = (SELECT {I})",
    f"tenant_id::text = {S}",
)


def predicate(random_: random.Random, depth: int = 3) -> str:
    """Return one predicate; a third of them hold the usual test under AND somewhere near the top."""
    tree = _tree(random_, random_.randint(0, depth))
    if random_.random() < 0.3:
        tree = f"({random_.choice(_KEEPS)}) AND ({tree})"
        if random_.random() < 0.3:
            tree = f"({tree}) OR ({_tree(random_, 1)})"
    return tree


def _tree(random_: random.Random, depth: int) -> str:
    if depth == 0 or random_.random() < 0.15:
        return random_.choice(ATOMS)
    roll = random_.random()
    if roll < 0.4:
        return f"({_tree(random_, depth - 1)}) AND ({_tree(random_, depth - 1)})"
    if roll < 0.7:
        return f"({_tree(random_, depth - 1)}) OR ({_tree(random_, depth - 1)})"
    if roll < 0.8:
        return f"NOT ({_tree(random_, depth - 1)})"
    if roll < 0.86:
        test = random_.choice(("TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "UNKNOWN", "NOT UNKNOWN"))
        return f"({_tree(random_, depth - 1)}) IS {test}"
    if roll < 0.93:
        arms = [_tree(random_, depth - 1) for _ in range(3)]
        return f"CASE WHEN {arms[0]} THEN {arms[1]} ELSE {arms[2]} END"
    return f"coalesce(({_tree(random_, depth - 1)}), ({_tree(random_, depth - 1)}))"
