-- Roles of every random schema: web is a member of nothing; worker, lead and intern (through worker) use the privileges
-- of staff; boss and deputy are members that do not inherit; auditor has BYPASSRLS, audit is its member.
CREATE ROLE staff NOLOGIN;
CREATE ROLE web LOGIN;
CREATE ROLE worker LOGIN IN ROLE staff;
CREATE ROLE intern LOGIN IN ROLE worker;
CREATE ROLE boss LOGIN NOINHERIT IN ROLE staff;
CREATE ROLE auditor NOLOGIN BYPASSRLS;
CREATE ROLE audit LOGIN IN ROLE auditor;
CREATE ROLE lead LOGIN;
CREATE ROLE deputy LOGIN;
GRANT staff TO lead WITH INHERIT TRUE, SET FALSE;
GRANT staff TO deputy WITH INHERIT FALSE, SET TRUE;
