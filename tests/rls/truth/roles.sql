-- Roles of every random schema: web and worker are members of nothing and of staff, boss is staff by NOINHERIT.
CREATE ROLE staff NOLOGIN;
CREATE ROLE web LOGIN;
CREATE ROLE worker LOGIN IN ROLE staff;
CREATE ROLE boss LOGIN NOINHERIT IN ROLE staff;
