"""Every rule of every channel: on the limit passes, one beyond is found, from its first day to its last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from service.i18n import LOCALES
from service.listings.channels import Channel, channels
from service.listings.validating import validate
from tests.listings.boundaries import BY_HAND, FORMS, Case, cases, day_of, found

RULES = [
    (one, rule) for one in channels().values() for rule in one.content.rules if not isinstance(rule, FORMS + BY_HAND)
]
CASES = [
    pytest.param(one, rule, case, id=f"{one.key}-{day_of(rule)}-{case.name}")
    for one, rule in RULES
    for case in cases(rule)
]
DATED = [(one, rule) for one, rule in RULES if rule.valid_from or rule.valid_to]


@pytest.mark.parametrize(("channel", "rule", "case"), CASES)
def test_on_the_limit_passes_and_one_beyond_is_found(channel: Channel, rule: Any, case: Case) -> None:
    assert found(case.good, channel, rule) == []
    findings = found(case.bad, channel, rule)
    assert {one.level for one in findings} == {
        "error" if rule.status == "official" and rule.level == "error" else "warn"
    }
    assert {(one.source, one.checked) for one in findings} == {(rule.source, rule.checked)}
    for one in findings:
        for locale in LOCALES:
            said = f"{one.message.say(locale)} {one.remedy.say(locale)}"
            assert one.limit
            assert len(said) > 8


def test_no_rule_is_without_a_case() -> None:
    assert [(one.key, rule.id) for one, rule in RULES if not list(cases(rule))] == []


@pytest.mark.parametrize(("channel", "rule"), DATED, ids=lambda one: getattr(one, "key", getattr(one, "id", "")))
def test_a_rule_holds_from_its_first_day_to_its_last(channel: Channel, rule: Any) -> None:
    bad = next(iter(cases(rule))).bad
    limit = found(bad, channel, rule)[0].limit
    day = timedelta(days=1)

    def strikes(on: date) -> bool:
        return any(one.source == rule.source and one.limit == limit for one in found(bad, channel, rule, on))

    if first := rule.valid_from:
        assert strikes(first)
        assert not strikes(first - day)
    if last := rule.valid_to:
        assert strikes(last)
        assert not strikes(last + day)


def test_a_warning_never_stops_a_listing() -> None:
    for channel, rule in RULES:
        if not rule.verified:
            for case in cases(rule):
                levels = {one.level for one in validate(case.bad, channel, as_of=day_of(rule)) if one.rule == rule.id}
                assert levels == {"warn"}
