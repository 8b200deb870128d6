"""Cases of the contract suite that Wine cannot run: what they say of Windows rests on its documentation. They are listed in
tests/contract/unverified.txt; a run on Windows settles them.
"""

import pathlib

LIST = pathlib.Path(__file__).resolve().parents[2] / "tests" / "contract" / "unverified.txt"
SUITE = "contract_test: "


def listed():
    return [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def name_of(test):
    return test["name"] if isinstance(test, dict) else test


def cases(report, word, program=SUITE):
    return {name_of(test).removeprefix(program) for test in report[word] if name_of(test).startswith(program)}


def candidates(reports):
    """Cases that the fake has passed, and Wine has not."""
    return cases(reports["fake"], "passed", "contract_fake_test: ") - cases(reports["wine"], "passed")


def lines(reports, unverified=None):
    """What these reports say of them."""
    unverified = listed() if unverified is None else unverified
    if "windows" in reports:
        report = reports["windows"]
        agrees, differs = (cases(report, word) & set(unverified) for word in ("passed", "failed"))
        yield (f"unverified until now: {len(unverified)} contract cases; Windows agrees with {len(agrees)}, differs in "
               f"{len(differs)}, leaves {len(unverified) - len(agrees) - len(differs)} open")
        for word, found in (("agrees", agrees), ("DIFFERS", differs), ("open", set(unverified) - agrees - differs)):
            yield from (f"    {word}: {case}" for case in unverified if case in found)
    elif "wine" in reports:
        yield f"unverified: what {len(unverified)} contract cases say of Windows (tests/contract/unverified.txt)"


def stale(reports, unverified=None):
    """In what the list differs from what these reports say: {case: what to do}."""
    unverified = listed() if unverified is None else unverified
    if not {"fake", "wine"} <= reports.keys() or not all(cases(reports["wine"], word) for word in ("passed", "skipped")):
        return {}
    found = candidates(reports)
    return {**{case: "take it out: it runs under Wine, or is no more" for case in unverified if case not in found},
            **{case: "add it: it does not run under Wine" for case in sorted(found) if case not in unverified}}
