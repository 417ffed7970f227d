-- what: a schema and a role for each tenant, and one table that all share
-- tenant: owner_role
-- identity: current_user
-- roles: tenant_111 tenant_222
-- tokens: tenant_111 tenant_222
-- expect: tenant_111: t111.data SIUD leak, t222.data SIUD denied, public.ledger SI isolated, public.ledger UD denied, public.inbox S isolated, public.inbox I leak
-- expect: tenant_222: t111.data SIUD denied, t222.data SIUD leak, public.ledger SI isolated, public.ledger UD denied, public.inbox S isolated, public.inbox I leak
CREATE SCHEMA t111; CREATE SCHEMA t222; GRANT USAGE ON SCHEMA t111 TO tenant_111; GRANT USAGE ON SCHEMA t222 TO tenant_222;
CREATE TABLE t111.data (id int PRIMARY KEY, owner_role text NOT NULL, body text); CREATE TABLE t222.data (id int PRIMARY KEY, owner_role text NOT NULL, body text);
GRANT SELECT, INSERT, UPDATE, DELETE ON t111.data TO tenant_111; GRANT SELECT, INSERT, UPDATE, DELETE ON t222.data TO tenant_222;
CREATE TABLE public.ledger (id int PRIMARY KEY, owner_role text NOT NULL DEFAULT current_user, amount numeric); ALTER TABLE public.ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.ledger FOR SELECT USING (owner_role = current_user); CREATE POLICY add ON public.ledger FOR INSERT WITH CHECK (owner_role = CURRENT_ROLE AND amount > 0);
CREATE TABLE public.inbox (id int PRIMARY KEY, owner_role text NOT NULL, body text); ALTER TABLE public.inbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON public.inbox FOR SELECT USING (pg_has_role(current_user, owner_role, 'MEMBER') AND owner_role = current_user); CREATE POLICY send ON public.inbox FOR INSERT WITH CHECK (body IS NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON public.ledger TO tenant_111, tenant_222; GRANT SELECT, INSERT ON public.inbox TO tenant_111, tenant_222;
INSERT INTO t111.data VALUES (1, 'tenant_111', 'x'), (2, 'tenant_222', 'y'); INSERT INTO t222.data VALUES (1, 'tenant_222', 'x'), (2, 'tenant_111', 'y'); INSERT INTO public.ledger VALUES (1, 'tenant_111', 1), (2, 'tenant_222', 2); INSERT INTO public.inbox VALUES (1, 'tenant_111', 'x'), (2, 'tenant_222', 'y');
