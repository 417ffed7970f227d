"""`pgplumb apply`: nothing runs unshown or unconfirmed; every way it ends has its status and the command to go on."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
from pathlib import Path

import pytest

from pgplumb.migrate.plan import Batches, Plan, Step
from pgplumb.migrate.plan_file import save_plan
from tests.cli.running import Terminal, pgplumb
from tests.databases import Database
from tests.migrate.apply.plans import ADD, CHECK, FILL, TABLE, WHOLE, plan
from tests.migrate.apply.running import Apply, apply
from tests.waiting import eventually

GATED = plan(ADD, Step("switch", CHECK.up, CHECK.down, gate="deploy code that writes cents", about="promise"))


@pytest.fixture
def orders(database: Database) -> Database:
    """A database with the table that the plans change."""
    database.execute(TABLE)
    return database


def saved(what: Plan, folder: Path) -> str:
    path = folder / f"{what.id}.plan.json"
    save_plan(what, path)
    return str(path)


def untouched(database: Database) -> bool:
    return database.execute("SELECT to_regnamespace('pgplumb')") == [(None,)]


def test_without_confirmation_it_shows_everything_and_runs_nothing(orders: Database, tmp_path: Path) -> None:
    done = pgplumb("apply", saved(WHOLE, tmp_path), orders.uri)
    assert done.returncode == 0
    for statement in (ADD.up, CHECK.up, "UPDATE public.orders AS t SET cents = t.amount * 100"):
        assert statement in done.stdout
    assert "lock_timeout 2s" in done.stdout
    assert "✓ pooler-is-session" in done.stdout
    assert f"nothing was run. Give --confirm {orders.name} to run it." in done.stderr
    assert untouched(orders)


def test_the_batches_that_are_shown_are_those_that_run(orders: Database, tmp_path: Path) -> None:
    """A plan file from elsewhere may hold one statement for people and another for the batches."""
    step = Step("backfill", "SELECT 1;", "", batches=Batches("public.orders", ("id",), None, "t.id > 0"))
    assert (
        "DELETE FROM public.orders AS t" in pgplumb("apply", saved(plan(step), tmp_path), orders.uri).stdout
    )


def test_the_name_of_another_database_is_refused(orders: Database, tmp_path: Path) -> None:
    done = pgplumb("apply", saved(WHOLE, tmp_path), orders.uri, "--confirm", "shop")
    assert done.returncode == 2
    assert done.stderr == (
        f"pgplumb: the database is called {orders.name}, not shop. Nothing was run: check the target.\n"
    )
    assert untouched(orders)


def test_confirmed_it_runs_and_says_how_it_ended(orders: Database, tmp_path: Path) -> None:
    status, output, errors = apply(orders, WHOLE, tmp_path)
    assert (status, errors) == (0, "")
    assert re.search(r"Finished in .*: all 6 steps are done\.", output)
    status, output, _ = apply(orders, WHOLE, tmp_path)
    assert status == 0
    assert "Nothing to do: it was applied by postgres on " in output
    status, output, _ = apply(orders, WHOLE, tmp_path, "--down")
    assert (status, "no step is done." in output) == (0, True)


def test_a_gate_ends_it_with_the_command_that_goes_on(orders: Database, tmp_path: Path) -> None:
    status, output, _ = apply(orders, GATED, tmp_path)
    assert status == 1
    assert "Before step 2: deploy code that writes cents" in output
    command = re.search(r"go on: +pgplumb (.*)", output)
    assert command is not None
    done = pgplumb(*shlex.split(command[1]), XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert orders.execute("SELECT 1 FROM pg_constraint WHERE conname = 'cents_set'") == [(1,)]


def test_in_a_terminal_the_name_and_the_gate_are_typed(orders: Database, tmp_path: Path) -> None:
    terminal = Terminal("apply", saved(GATED, tmp_path), orders.uri, XDG_STATE_HOME=str(tmp_path))
    terminal.until("Type the name of the database")
    assert untouched(orders)
    terminal.type(orders.name + "\n")
    terminal.until("Type 2 when that is done")
    terminal.type("2\n")
    assert terminal.wait() == 0
    assert "all 2 steps are done" in terminal.output


def test_in_a_terminal_another_name_runs_nothing(orders: Database, tmp_path: Path) -> None:
    terminal = Terminal("apply", saved(GATED, tmp_path), orders.uri, XDG_STATE_HOME=str(tmp_path))
    terminal.until("Type the name of the database")
    terminal.type("prod\n")
    assert terminal.wait() == 2
    assert untouched(orders)


def slow(database: Database) -> None:
    database.execute(
        "CREATE OR REPLACE FUNCTION public.count_update() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM 1 FROM generate_series(1, 1000); NEW.touched := OLD.touched + 1; RETURN NEW; END $$"
    )


def test_keys_pause_a_backfill_and_stop_it(orders: Database, tmp_path: Path) -> None:
    slow(orders)
    what = plan(ADD, FILL)
    terminal = Terminal(
        "apply", saved(what, tmp_path), orders.uri, "--confirm", orders.name, XDG_STATE_HOME=str(tmp_path)
    )
    terminal.until("backfill ·")
    terminal.type("p")
    terminal.until("paused; p goes on")
    terminal.type("s")
    assert terminal.wait() == 130
    assert "step 2 is begun" in terminal.output
    status, _, errors = apply(orders, what, tmp_path, "--resume")
    assert (status, errors) == (0, "")
    assert orders.execute("SELECT min(touched), max(touched) FROM public.orders") == [(1, 1)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_in_a_stated_state(
    orders: Database, tmp_path: Path, number: signal.Signals
) -> None:
    slow(orders)
    run = Apply(orders, plan(ADD, FILL), tmp_path, "--confirm", orders.name)
    there = "SELECT to_regclass('pgplumb.backfill')"
    assert eventually(lambda: orders.execute(there) != [(None,)])
    assert eventually(lambda: bool(orders.execute("SELECT 1 FROM pgplumb.backfill WHERE batches > 1")))
    run.process.send_signal(number)
    status, output, errors = run.end()
    assert (status, errors) == (130, "")
    assert re.search(r"It stands so: step 1 of 2 is done; step 2 is begun: .* rows are changed", output)
    assert "--resume" in output
    assert "--down" in output
    status, _, _ = apply(orders, plan(ADD, FILL), tmp_path, "--down")
    assert status == 0
    columns = (
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.orders'::regclass AND attname = 'cents'"
    )
    assert orders.execute(columns) == [(0,)]


def test_want_of_privilege_is_status_4(orders: Database, tmp_path: Path) -> None:
    orders.execute("CREATE ROLE apply_nobody LOGIN")
    try:
        uri = orders.uri.replace("postgres@", "apply_nobody@")
        done = pgplumb("apply", saved(plan(ADD), tmp_path), uri, "--confirm", orders.name)
        assert done.returncode == 4, done.stderr
        assert "belongs to postgres" in done.stdout
        assert len(done.stderr.splitlines()) == 1
    finally:
        orders.execute("DROP ROLE apply_nobody")


def test_a_failing_item_keeps_it_from_running_until_it_is_waived_with_a_reason(
    orders: Database, tmp_path: Path
) -> None:
    full = ("--min-free", str(1 << 60))
    status, output, errors = apply(orders, plan(ADD), tmp_path, *full)
    assert (status, "✗ disk-room" in output) == (1, True)
    assert errors.startswith("pgplumb: the plan was not run: The disk has room: no")
    assert untouched(orders)
    status, _, errors = apply(orders, plan(ADD), tmp_path, *full, "--waive", "disk-room")
    assert (status, errors) == (2, "pgplumb: --waive needs a reason: --waive ID=REASON\n")
    status, _, _ = apply(orders, plan(ADD), tmp_path, *full, "--waive", "disk-room=a new disk comes tonight")
    assert status == 0
    notes = orders.execute("SELECT note FROM pgplumb.schema_change WHERE state = 'planned'")
    assert notes == [("waived disk-room: a new disk comes tonight",)]


def test_a_failing_statement_is_status_1_and_a_changed_plan_status_2(
    orders: Database, tmp_path: Path
) -> None:
    bad = plan(ADD, Step("expand", "ALTER TABLE public.orders ADD COLUMN id int;", ""))
    status, output, _ = apply(orders, bad, tmp_path)
    assert status == 1
    assert 'Failed at step 2 (42701): column "id" of relation "orders" already exists' in output
    save_plan(plan(ADD, CHECK), tmp_path / "test.plan.json")
    status, _, errors = apply(orders, bad, tmp_path, "--resume")
    assert status == 2
    assert "step 2 differs in up, down" in errors


def test_the_log_holds_no_literal_and_only_its_owner_may_read_it(orders: Database, tmp_path: Path) -> None:
    secret = plan(Step("expand", "CREATE ROLE logged_role PASSWORD 'hunter2';", "DROP ROLE logged_role;"))
    assert apply(orders, secret, tmp_path)[0] == 0
    assert apply(orders, secret, tmp_path, "--down")[0] == 0
    (log,) = (tmp_path / "state" / "pgplumb" / "apply").iterdir()
    text = log.read_text()
    assert "hunter2" not in text
    assert "CREATE ROLE logged_role PASSWORD ?" in text
    events = [json.loads(line)["event"] for line in text.splitlines()]
    assert events == ["StepBegan", "StepDone", "Finished"] * 2
    assert os.stat(log).st_mode & 0o077 == 0


def test_no_password_comes_back_in_the_command_to_go_on(orders: Database, tmp_path: Path) -> None:
    uri = orders.uri.replace("postgres@", "postgres:hunter2@")
    done = pgplumb(
        "apply", saved(GATED, tmp_path), uri, "--confirm", orders.name, XDG_STATE_HOME=str(tmp_path)
    )
    assert done.returncode == 1
    assert "hunter2" not in done.stdout + done.stderr
    command = re.search(r"go on: +pgplumb (.*)", done.stdout)
    assert command is not None
    assert pgplumb(*shlex.split(command[1]), XDG_STATE_HOME=str(tmp_path)).returncode == 0


def test_a_saved_connection_that_is_read_only_is_not_written_to(orders: Database, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "pgplumb"
    folder.mkdir(parents=True)
    text = f'[connections.shop]\nconninfo = "{orders.uri}"\n'
    (folder / "config.toml").write_text(text)
    path = saved(plan(ADD), tmp_path)
    words = ("apply", path, "@shop", "--confirm", orders.name)
    home, state = str(tmp_path / "config"), str(tmp_path)
    done = pgplumb(*words, XDG_CONFIG_HOME=home, XDG_STATE_HOME=state)
    assert done.returncode == 2
    assert "the saved connection @shop is read-only" in done.stderr
    (folder / "config.toml").write_text(text + "read_only = false\n")
    assert pgplumb(*words, XDG_CONFIG_HOME=home, XDG_STATE_HOME=state).returncode == 0


def test_a_file_that_is_no_plan_is_one_line_and_status_2(orders: Database, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    done = pgplumb("apply", str(path), orders.uri)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_as_json_it_is_one_document_with_what_was_found_and_what_happened(
    orders: Database, tmp_path: Path
) -> None:
    path = saved(WHOLE, tmp_path)
    dry = json.loads(pgplumb("apply", path, orders.uri, "--format", "json").stdout)
    assert (dry["format"], dry["result"], dry["events"]) == ("pgplumb.apply.v1", "not_run", [])
    assert [step["step"] for step in dry["left"]] == [1, 2, 3, 4, 5, 6]
    assert untouched(orders)
    done = pgplumb("apply", path, orders.uri, "--format", "json", "--confirm", orders.name)
    assert done.returncode == 0
    ran = json.loads(done.stdout)
    assert ran["result"] == "finished"
    assert {item["id"] for item in ran["preflight"]} >= {"writable", "long-transactions"}
    assert [e["rows"] for e in ran["events"] if e["event"] == "step_done"][1] == 50_000
    assert ran["events"][-1]["stands"] == "all 6 steps are done"
