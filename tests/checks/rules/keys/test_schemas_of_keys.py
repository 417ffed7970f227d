"""Rules on keys that cross schemas, which cases of one schema each cannot show."""

from __future__ import annotations

from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database


def test_keys_into_other_schemas_and_into_managed_ones(database: Database) -> None:
    database.execute(
        """CREATE SCHEMA auth; CREATE SCHEMA app;
        CREATE TABLE auth.users (id uuid PRIMARY KEY, email text UNIQUE);
        CREATE TABLE app.p (id int PRIMARY KEY);
        CREATE TABLE app.good (user_id uuid REFERENCES auth.users, p_id int REFERENCES app.p);
        CREATE TABLE app.bad (email text REFERENCES auth.users (email))"""
    )
    facts = gather(database.session(), Profile(enabled=frozenset({"fk-inside-schema"})))
    assert r.objects("fk-to-auth-primary-key", facts) == ["fk:app.bad.bad_email_fkey"]
    assert r.objects("fk-inside-schema", facts) == [
        "fk:app.bad.bad_email_fkey",
        "fk:app.good.good_user_id_fkey",
    ]
    database.execute("ALTER SCHEMA auth RENAME TO people")
    without = gather(database.session(), Profile())
    assert r.run("fk-to-auth-primary-key", without).status is Status.NOT_APPLICABLE
