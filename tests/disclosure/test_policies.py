from __future__ import annotations

from dataclasses import replace

import pytest

from cohort.disclosure import UnknownPolicy, load_policy, policy_names


def test_the_policies_are_there() -> None:
    assert policy_names() == ("sail", "welsh_government")


@pytest.mark.parametrize(
    ("name", "threshold", "masked", "base"), [("sail", 10, True, 1), ("welsh_government", 5, False, 5)]
)
def test_a_policy_is_data(name: str, threshold: int, masked: bool, base: int) -> None:
    policy = load_policy(name)
    assert (policy.name, policy.threshold, policy.zeros_masked, policy.rounding_base) == (
        name,
        threshold,
        masked,
        base,
    )
    assert policy.words
    assert all((policy.title, policy.version, policy.date, policy.source, policy.confidence))
    assert policy.symbol in " ".join(policy.words)


def test_an_unknown_policy_is_a_key_error_that_names_the_others() -> None:
    with pytest.raises(KeyError) as caught:
        load_policy("../secret")
    assert isinstance(caught.value, UnknownPolicy)
    assert caught.value.known == policy_names()
    assert str(caught.value) == (
        "there is no disclosure policy `../secret`; the policies are sail, welsh_government"
    )


@pytest.mark.parametrize("name", ["sail", "welsh_government"])
def test_a_window_holds_exactly_the_counts_that_print_alike(name: str) -> None:
    policy = load_policy(name)
    shown = [0, *range(policy.threshold, 60)]
    for printed in {policy.printed(count) for count in shown}:
        low, high = policy.window(printed)
        alike = [count for count in shown if policy.printed(count) == printed]
        if max(alike) < 55:
            assert (low, high) == (min(alike), max(alike))


@pytest.mark.parametrize(
    "wrong", [{"symbol": "0"}, {"symbol": " "}, {"threshold": 1}, {"rounding_base": 0}, {"rounding_base": 50}]
)
def test_a_policy_that_cannot_hide_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        # The wrong values are of many types, on purpose.
        replace(load_policy("sail"), **wrong)  # type: ignore[arg-type]
