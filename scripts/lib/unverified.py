"""Cases of the contract suite that no kernel could run yet: what they say of Windows rests on its documentation. They are
listed in tests/contract/unverified.txt; a run on Windows settles them.
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
    """Cases that the fake has passed, and no kernel of these reports."""
    on_fake = {case for report in reports.values() for case in cases(report, "passed", "contract_fake_test: ")}
    real = {case for row, report in reports.items() if row != "fake" for case in cases(report, "passed")}
    return on_fake - real


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
    elif {"fake", "linux", "wine"} <= reports.keys():
        yield f"unverified: {len(unverified)} contract cases have run on the fake alone (tests/contract/unverified.txt)"


def stale(reports, unverified=None):
    """Cases of the list that a kernel has passed, or that are no more."""
    unverified = listed() if unverified is None else unverified
    if not {"fake", "linux", "wine"} <= reports.keys() or not cases(reports["fake"], "passed", "contract_fake_test: "):
        return []
    return [case for case in unverified if case not in candidates(reports)]
