"""Reads the text format of Prometheus strictly: what it refuses, a test fails on."""

import re

LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|[-+]?[0-9.]+(?:e[-+]?[0-9]+)?)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


class Page:
    """The samples of one scrape."""

    def __init__(self, text):
        self.types = {}
        self.samples = {}
        self.text = text
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, family, kind = line.split(" ")
                if family in self.types:
                    raise ValueError(f"the family {family} stands twice on the page")
                if self.types and family < next(reversed(self.types)):
                    raise ValueError(f"the family {family} is not in its place")
                self.types[family] = kind
            elif not line.startswith("# HELP "):
                self._add(line)

    def _add(self, line):
        match = LINE.match(line)
        if not match:
            raise ValueError(f"not a sample: {line!r}")
        name, labels, value = match.groups()
        if not self.types or not name.startswith(next(reversed(self.types))):
            raise ValueError(f"a sample outside its family: {line!r}")
        pairs = LABEL.findall(labels or "")
        key = (name, frozenset(pairs))
        if ",".join(f'{label}="{text}"' for label, text in pairs) != (labels or ""):
            raise ValueError(f"labels cannot be read: {line!r}")
        if key in self.samples:
            raise ValueError(f"the series stands twice on the page: {line!r}")
        self.samples[key] = float(value)

    def all(self, name, **labels):
        """[(labels, value)] of a family's samples that have these labels."""
        wanted = set(labels.items())
        return [(dict(pairs), value) for (family, pairs), value in self.samples.items()
                if family == name and wanted <= pairs]

    def value(self, name, **labels):
        """The one sample with these labels, or None."""
        found = self.all(name, **labels)
        if len(found) > 1:
            raise ValueError(f"{name}{labels} stands for {len(found)} series")
        return found[0][1] if found else None

    def total(self, name, **labels):
        """The sum over all samples with these labels, or None."""
        found = self.all(name, **labels)
        return sum(value for _, value in found) if found else None

    def state(self, job):
        """The names of the states that a job is in: one, if all is well."""
        return [labels["state"] for labels, value in self.all("winjob_job_state", job_object=job) if value == 1]
