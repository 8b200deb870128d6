"""Mutants of C++ lines: the ways in which one line of a table, a structure or an encoder can be wrong."""

import dataclasses
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    line: int  # from 1
    what: str
    old: str
    new: str  # "" deletes the line

    def __str__(self):
        shown = f": {self.old.strip()}" + (f" -> {self.new.strip()}" if self.new else "")
        return f"{self.file}:{self.line}: {self.what}{shown}"


NUMBER = re.compile(r"(?<![\w'.])(0x[0-9A-Fa-f']+|\d[\d']*)(?![\w'.])")
STRING = re.compile(r'"([^"\\]+)"')
NAMED = re.compile(r"\bk[A-Z]\w*")
FIELD = re.compile(r"(?<=[.>&:])[A-Z]\w+(?=\b(?!\s*[({<:]))|(?<=\.)[a-z]+_[a-z_]+\b(?!\()")
UNIONS = [{"CpuRate", "Weight"}]  # one and the same bytes, of one type
SWAPS = [
    ("==", "!="), ("!=", "=="), ("&&", "||"), ("||", "&&"), (" |= ", " = "), ("& ~", "& "), ("true", "false"),
    ("false", "true"), (" <= ", " < "), (" >= ", " > "), (" < ", " <= "), (" > ", " >= "), ("if (!", "if ("),
]  # fmt: skip
# What cannot be wrong by itself: comments, the compiler's own checks, signatures, braces, and lines of declarations.
SKIPPED = re.compile(
    r"^\s*(//|#|static_assert\(|namespace|using|template|typedef|return \{\};|[{}()\[\];]*$)|^(class|enum|union)|"
    r"^\s*(struct|union)\b|noexcept( \{)?$|\) \{$|^\S.*\($"
)


def code_of(line):
    """The line without its comment."""
    return re.sub(r"\s*//.*", "", line)


def siblings(word, vocabulary):
    """The next word of the same kind: a constant of the same prefix, or a field of the same shape."""
    kind = [other for other in vocabulary if prefix(other) == prefix(word)]
    return kind[(kind.index(word) + 1) % len(kind)] if word in kind and len(kind) > 1 else None


def prefix(word):
    match = re.match(r"(kLimit|kUi|kMsg|kCpuRate|kNetRate|kProcess|kJob|k)(?=[A-Z])", word)
    return match[1] if match else ("Field" if word[0].isupper() else "member")


def of_line(file, number, line, following, vocabulary):
    """All mutants of one line."""
    code = code_of(line)
    if SKIPPED.search(code) or not code.strip():
        return
    make = lambda what, new: Mutant(file, number, what, line, new)  # noqa: E731
    for match in NUMBER.finditer(code):
        value = int(match[0].replace("'", ""), 0)
        yield make("number", code[: match.start()] + str(value + 1) + code[match.end() :])
    for match in STRING.finditer(code):
        yield make("text", code[: match.start(1)] + match[1] + "x" + code[match.end(1) :])
    for pattern, what in ((NAMED, "constant"), (FIELD, "field")):
        for match in pattern.finditer(code):
            other = siblings(match[0], vocabulary[what])
            if other and not any({match[0], other} <= same for same in UNIONS):
                yield make(what, code[: match.start()] + other + code[match.end() :])
    for old, new in SWAPS:
        for match in re.finditer(re.escape(old), code):
            yield make("operator", code[: match.start()] + new + code[match.end() :])
    if re.search(r"[;,]$", code):
        yield make("deleted", "")
    if re.search(r"[;,]$", code) and code != following and re.match(r"\s*(\{|Row<|std::u?int\S+ \w+;)", code):
        yield make("put behind the next", "")


def words(root, files):
    """The constants and fields that stand in these files, in their order."""
    text = "\n".join(code_of(line) for file in files for line in (root / file).read_text().splitlines())
    return {
        "constant": list(dict.fromkeys(NAMED.findall(text))),
        "field": list(dict.fromkeys(FIELD.findall(text))),
    }


def of_file(root: pathlib.Path, file, vocabulary):
    lines = (root / file).read_text().splitlines()
    in_union = False
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        in_union = line.strip() == "union {" or (in_union and line.strip() != "};")
        for mutant in of_line(file, index + 1, line, following, vocabulary):
            if not (in_union and mutant.what == "put behind the next"):  # which changes nothing
                yield mutant


def applied(text, mutant):
    """The file's text with the mutant in it."""
    lines = text.splitlines()
    at = mutant.line - 1
    if mutant.what == "put behind the next":
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    else:
        lines[at] = mutant.new
    return "\n".join(lines) + "\n"
