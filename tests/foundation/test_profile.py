"""The project's profile."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pgplumb.foundation.preset import preset, preset_names
from pgplumb.foundation.profile import (
    Attestation,
    Known,
    Profile,
    ProfileError,
    Waiver,
    find_profile,
    load_profile,
)

FULL = """\
tenant_columns = ["tenant_id", "org_id"]
identities = ["current_setting('app.tenant_id')"]

[thresholds]
dead-tuples-low = 0.2
index-count-limit = 12

[rules]
enabled = ["table-has-comment"]
disabled = ["naming-snake-case"]

[severities]
fk-columns-indexed = "warning"

[[waivers]]
rule = "table-has-primary-key"
object = "table:public.import_*"
reason = "loaded once a night"
by = "maria"
until = 2027-01-31

[[attestations]]
rule = "restore-test-declared"
by = "jonas"
on = 2026-10-01
until = 2026-12-31
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "pgplumb.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(directory: Path, text: str) -> str:
    path = written(directory, text)
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    return str(caught.value).removeprefix(str(path))


def test_a_profile_is_read_whole(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, FULL))
    assert profile.tenant_columns == ("tenant_id", "org_id")
    assert profile.identities == ("current_setting('app.tenant_id')",)
    assert profile.threshold("dead-tuples-low", 0.1) == 0.2
    assert profile.threshold("index-count-limit", 7) == 12
    assert profile.threshold("other", 7) == 7
    assert profile.enabled == {"table-has-comment"}
    assert profile.disabled == {"naming-snake-case"}
    assert profile.severities == {"fk-columns-indexed": "warning"}
    assert profile.waivers == (
        Waiver(
            "table-has-primary-key",
            "table:public.import_*",
            "loaded once a night",
            "maria",
            date(2027, 1, 31),
        ),
    )
    assert profile.attestations == (
        Attestation("restore-test-declared", "jonas", date(2026, 10, 1), date(2026, 12, 31)),
    )


def test_an_empty_file_is_the_empty_profile(tmp_path: Path) -> None:
    assert load_profile(written(tmp_path, "")) == Profile()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\ntenant_column = []", ", line 2: tenant_column is no key of a profile; remove it or correct its spelling"),
        (
            FULL.replace('"warning"', '"bad"'),
            ", line 13: severities.fk-columns-indexed must be error, warning or info; write one of them",
        ),
        (
            FULL.replace('by = "maria"\n', ""),
            ", line 15: waivers[1].by is missing; add it",
        ),
        (
            FULL.replace("2027-01-31", '"2027"'),
            ", line 20: waivers[1].until must be a date; write it as 2027-01-31 without quotes",
        ),
        (
            FULL.replace("until = 2026-12-31", "until = 2026-09-30"),
            ", line 22: attestations[1] is wrong: until lies before on; correct it",
        ),
        (
            FULL.replace("0.2", '"much"'),
            ", line 5: thresholds.dead-tuples-low must be a number; write it without quotes",
        ),
        ('tenant_columns = "tenant_id"', ", line 1: tenant_columns must be a list; put it in square brackets"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_its_key_and_the_next_step(
    tmp_path: Path, text: str, message: str
) -> None:
    assert refusal(tmp_path, text) == message


def test_the_second_waiver_is_found_at_its_own_line(tmp_path: Path) -> None:
    waiver = '[[waivers]]\nrule = "r"\nobject = "o"\nreason = "w"\nby = "b"\n'
    assert ", line 9: waivers[2].reason " in refusal(tmp_path, waiver + waiver.replace('"w"', "3"))


def test_broken_toml_is_said_with_its_place(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a = 1\nb = = 2\n")
    assert message.startswith(": not valid TOML: ")
    assert "line 2" in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="No such file"):
        load_profile(tmp_path / "none.toml")


def test_the_profile_of_a_directory_is_found_by_its_name(tmp_path: Path) -> None:
    assert find_profile(tmp_path) is None
    assert find_profile(written(tmp_path, "").parent) == tmp_path / "pgplumb.toml"


WAIVER = Waiver("r", "index:public.*", "why", "me", date(2026, 12, 31))


def test_a_waiver_covers_its_rule_on_the_objects_of_its_pattern_until_its_last_day() -> None:
    profile = Profile(waivers=(WAIVER,))
    assert profile.waiver("r", "index:public.a", date(2026, 12, 31)) == WAIVER
    assert profile.waiver("r", "index:other.a", date(2026, 12, 31)) is None
    assert profile.waiver("q", "index:public.a", date(2026, 12, 31)) is None
    assert profile.waiver("r", "index:public.a", date(2027, 1, 1)) is None
    assert profile.expired_waiver("r", "index:public.a", date(2027, 1, 1)) == WAIVER


def test_an_object_whose_name_looks_like_a_pattern_can_be_waived_by_its_own_name() -> None:
    waiver = Waiver("r", 'table:public."a[1]"', "why", "me")
    assert waiver.covers("r", 'table:public."a[1]"')


def test_the_newest_attestation_counts_and_only_while_it_holds() -> None:
    old = Attestation("r", "a", date(2026, 1, 1), date(2026, 3, 31))
    new = Attestation("r", "b", date(2026, 4, 1), date(2026, 6, 30))
    assert Profile(attestations=(new, old)).attestation("r") == new
    assert Profile(attestations=(new, old)).attestation("q") is None
    assert [new.holds(date(2026, m, 1)) for m in (3, 4, 6, 7)] == [False, True, True, False]


def test_pydantic_is_not_imported_until_a_file_is_read() -> None:
    code = "import sys, pgplumb.foundation.profile; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_preset_is_the_base_and_the_file_goes_before_it(tmp_path: Path) -> None:
    profile = load_profile(
        written(
            tmp_path,
            'preset = "analytics"\n[thresholds]\nlong-transaction = 60\n'
            '[rules]\nenabled = ["updated-at-maintained"]\n[severities]\nfk-columns-indexed = "error"\n',
        )
    )
    assert profile.preset == "analytics"
    assert profile.threshold("long-transaction", 0) == 60
    assert profile.threshold("slow-query-budget", 0) == 60000
    assert "updated-at-maintained" not in profile.disabled
    assert "soft-delete-pair" in profile.disabled
    assert profile.severities["fk-columns-indexed"] == "error"
    assert profile.severities["missing-fk-constraint"] == "info"


def test_a_preset_that_is_none_is_refused_with_those_that_are_near(tmp_path: Path) -> None:
    assert refusal(tmp_path, '\npreset = "analytic"\n').startswith(
        ", line 2: preset analytic is no preset; did you mean analytics"
    )


def test_every_deviation_of_a_preset_has_a_reason_and_one_thing_that_it_changes() -> None:
    assert set(preset_names()) == {"saas-multi-tenant", "single-tenant", "analytics", "supabase", "neon"}
    for name in preset_names():
        for deviation in preset(name).deviations:
            assert len(deviation.reason) > 20, (name, deviation)
            changes = (deviation.turn, deviation.severity, deviation.value)
            assert sum(change is not None for change in changes) == 1, (name, deviation)


KNOWN = Known(
    frozenset({"fk-columns-indexed", "no-char-n"}), frozenset({"usage-min-days"}), frozenset({"runbooks"})
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[thresholds]\nusage-mindays = 3\n",
            "line 2: thresholds.usage-mindays is no threshold; did you mean",
        ),
        (
            '[rules]\n\ndisabled = ["no-char"]\n',
            "line 3: rules.disabled names no-char, which is no rule; did you",
        ),
        (
            '[severities]\nfk-column-indexed = "info"\n',
            "line 2: severities.fk-column-indexed is no rule; did you",
        ),
        (
            '[[waivers]]\nrule = "x"\nobject = "o"\nreason = "r"\nby = "b"\n',
            "line 2: waivers[1].rule names x, which is no rule; `pgplumb rules`",
        ),
        (
            '[[attestations]]\nrule = "runbook"\nby = "b"\non = 2026-01-01\nuntil = 2026-02-01\n',
            "line 2: attestations[1].rule names runbook, which is no rule; did you mean runbooks?",
        ),
    ],
)
def test_names_that_are_none_are_refused_where_the_names_are_known(
    tmp_path: Path, text: str, said: str
) -> None:
    path = written(tmp_path, text)
    load_profile(path)
    with pytest.raises(ProfileError) as caught:
        load_profile(path, KNOWN)
    assert str(caught.value).removeprefix(f"{path}, ").startswith(said)


def test_the_map_of_tenants_and_accepted_branches_are_kept(tmp_path: Path) -> None:
    profile = load_profile(
        written(
            tmp_path,
            '[tenant_map]\n"public.tasks" = "project_id -> projects.tenant_id"\n'
            '[[rls.accepted]]\nobject = "public.news"\nrole = "*"\ncommand = "SELECT"\nbranch = "is_public"\n'
            'reason = "for everybody"\nby = "maria"\nuntil = 2027-01-31\n',
        )
    )
    assert profile.tenant_map == {"public.tasks": "project_id -> projects.tenant_id"}
    (accepted,) = profile.accepted
    assert (accepted.object, accepted.command, accepted.branch) == ("public.news", "SELECT", "is_public")
    assert accepted.holds(date(2027, 1, 31))
    assert not accepted.holds(date(2027, 2, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tenant_map]\n"tasks" = "tenant_id"\n', ", line 2: tenant_map.tasks is no schema.table"),
        (
            '[tenant_map]\n"a.b" = "x -> y"\n',
            ", line 2: tenant_map.a.b is wrong: is neither a column nor a path",
        ),
        (
            '[[rls.accepted]]\nobject = "a.b"\nrole = "r"\ncommand = "SELECT"\nbranch = "x"\nreason = "x"\nby = "b"\n'
            '[[rls.accepted]]\nobject = "a.b"\nrole = "r"\ncommand = "READ"\nbranch = "x"\nreason = "x"\nby = "b"\n',
            ", line 11: rls.accepted[2].command",
        ),
        ('[naming]\nindex = "ix_("\n', ", line 2: naming.index is wrong: is no regular expression"),
        ('[naming]\nindices = "x"\n', ", line 2: naming.indices is no key of a profile"),
    ],
)
def test_a_mistake_in_what_rooms_above_need_names_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(tmp_path, text).startswith(said)
