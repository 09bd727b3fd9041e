"""STYLE as code: lengths, who includes what, banned names, no text of people in C."""

import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
MAX_FILE = 800
MAX_FUNCTION = 80
MAX_C_LINE = 80


def tracked(*patterns):
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [TOP / name for name in names if (TOP / name).is_file()]


C_FILES = tracked("modules/**.c", "modules/**.h", "tests/**.c")
CODE = [
    path
    for path in C_FILES + tracked("tests/**.py", "web/src/**", "conf/bin/*", "migrations/**.py")
    if ".generated." not in path.name
]


def code_only(text):
    """C without comments and without the inside of strings; lines stay in place."""

    def blank(match):
        kept = match.group(0)
        if kept.startswith('"'):
            return '""' + "\n" * kept.count("\n")
        return "\n" * kept.count("\n")

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def functions(text):
    """(name, first line, number of lines) of every function: a `{` in column one opens it."""
    lines = code_only(text).splitlines()
    for number, line in enumerate(lines):
        if line != "{":
            continue
        end = next(i for i in range(number, len(lines)) if lines[i].startswith("}"))
        start = number
        while start > 0 and not re.match(r"[a-z_]\w*\(", lines[start]):
            start -= 1
        yield lines[start].split("(")[0], start + 1, end - number + 1


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(TOP)))
def test_file_is_not_too_long(path):
    assert len(path.read_text().splitlines()) <= MAX_FILE


@pytest.mark.parametrize("path", C_FILES, ids=lambda p: str(p.relative_to(TOP)))
def test_functions_are_not_too_long(path):
    long = [f for f in functions(path.read_text()) if f[2] > MAX_FUNCTION]
    assert not long, f"more than {MAX_FUNCTION} lines (name, line, length)"


@pytest.mark.parametrize("path", C_FILES, ids=lambda p: str(p.relative_to(TOP)))
def test_c_text_form(path):
    problems = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if len(line.expandtabs()) > MAX_C_LINE and "http" not in line:
            problems.append(f"{number}: longer than {MAX_C_LINE}")
        if "\t" in line:
            problems.append(f"{number}: tab")
        if line != line.rstrip():
            problems.append(f"{number}: space at the end")
    assert not problems


# Unicode escapes and raw characters alike: people's language is in conf/messages.
HAN = re.compile(r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]|\\u[3-9][0-9a-fA-F]{3}")


@pytest.mark.parametrize("path", C_FILES, ids=lambda p: str(p.relative_to(TOP)))
def test_no_chinese_literal_in_c(path):
    literals = re.findall(r'"(?:\\.|[^"\\\n])*"', re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S))
    assert not [text for text in literals if HAN.search(text)]


# header -> who may include it
MAY_INCLUDE = {
    "mysql.h": re.compile(r"modules/core/ln_db_\w+\.[ch]|modules/tool/\w*db\w*\.[ch]"),
    "mysqld_error.h": re.compile(r"modules/core/ln_db_\w+\.[ch]|modules/tool/\w*db\w*\.[ch]"),
    "errmsg.h": re.compile(r"modules/core/ln_db_\w+\.[ch]|modules/tool/\w*db\w*\.[ch]"),
    "curl.h": re.compile(r"modules/core/ln_http\.c"),
    "curl/curl.h": re.compile(r"modules/core/ln_http\.c"),
}


@pytest.mark.parametrize("path", C_FILES, ids=lambda p: str(p.relative_to(TOP)))
def test_include_rules(path):
    name = str(path.relative_to(TOP))
    included = re.findall(r'^#\s*include\s+["<]([^">]+)[">]', path.read_text(), re.M)
    wrong = [h for h in included if h in MAY_INCLUDE and not MAY_INCLUDE[h].fullmatch(name)]
    if name.startswith(("modules/text/", "modules/tool/")):
        wrong += [h for h in included if h.startswith("ngx_") or h == "ln.h"]
    feature = re.match(r"modules/(?!core|text|tool)(\w+)/", name)
    if feature or name.startswith("tests/plugin/"):
        wrong += [h for h in included if re.match(r"ln_(?!text)", h)]
    assert not wrong


# What nginx's own code avoids, or what would block or overflow.
BANNED = re.compile(
    r"\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|localtime|gmtime|ctime"
    r"|asctime|alloca|atoi|atol|atof|system|popen|usleep|mysql_real_query|mysql_query)\s*\("
)
EVENT_LOOP = re.compile(r"\b(sleep|nanosleep|getaddrinfo|gethostbyname|fopen|fgets|printf)\s*\(")


@pytest.mark.parametrize("path", C_FILES, ids=lambda p: str(p.relative_to(TOP)))
def test_banned_names(path):
    name = str(path.relative_to(TOP))
    code = code_only(path.read_text())
    if path.name == "ln_banned.h":
        return
    found = set(BANNED.findall(code))
    if name.startswith("modules/tool/"):
        found -= {"mysql_real_query", "mysql_query"}
    if name.startswith("modules/core/ln_db_connect"):
        found -= {"mysql_real_query"}
    if name.startswith("tests/"):
        return
    if not name.startswith(("modules/tool/", "modules/text/")):
        found |= set(EVENT_LOOP.findall(code))
    assert not found


def test_braces_always():
    """nginx's macros are several statements: an `if` without braces has crashed a worker."""
    wrong = []
    for path in C_FILES:
        text = code_only(path.read_text())
        text = re.sub(r"^\s*#(?:.*\\\n)*.*$", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.M)
        for match in re.finditer(r"^[ ]*(?:\} else )?(?:if|while|for) \(", text, re.M):
            depth, at = 1, match.end()
            while depth and at < len(text):
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                at += 1
            after = text[at:].lstrip()
            if not after.startswith(("{", ";")):
                wrong.append(f"{path.relative_to(TOP)}:{text.count(chr(10), 0, match.start()) + 1}")
    assert not wrong


# Nothing of the machine that a developer sat at.
WORKPLACE = re.compile(r"/(?:work|home/\w+|root)/|registry\.npm|npmmirror|deb\.debian\.org|snapshot\.debian")


def test_no_workplace_paths():
    wrong = []
    for path in tracked():
        if path.suffix in (".png", ".gz", ".br", ".ico") or path == pathlib.Path(__file__):
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{path.relative_to(TOP)}: {match.group(0)}" for match in WORKPLACE.finditer(text)
        ]
    assert not wrong


# A name in a table of directives stands there in quotes, then its contexts follow.
DIRECTIVE = re.compile(r'ngx_string\("(legalnet[a-z_]*)"\),\s+NGX_')


def test_the_readme_has_every_directive_and_no_other():
    code = "".join(path.read_text() for path in C_FILES if "modules" in path.parts)
    named = set(DIRECTIVE.findall(code))
    readme = (TOP / "README.md").read_text()
    tables = "".join(line for line in readme.splitlines(True) if line.startswith("| `legalnet"))
    told = set(re.findall(r"`(legalnet[a-z_]*)", re.sub(r"\|[^|]*\|[^|]*\|[^|]*$", "", tables, flags=re.M)))
    assert named and named == told


def test_the_readme_says_what_a_lane_is_unless_configured():
    table = (TOP / "modules/core/ln_db_conf.c").read_text().partition("} ln_db_lanes[] = {")[2]
    lanes = re.findall(r'\{ "(\w+)", (\d+), (\d+), (\d+)000 \}', table.partition("};")[0])
    readme = (TOP / "README.md").read_text()
    assert len(lanes) >= 4
    for name, connections, queue, seconds in lanes:
        assert f"| `{name}` | {connections} | {queue} | {seconds}s |" in readme, name


def test_lock_file_names_no_host():
    assert '"resolved": "http' not in (TOP / "package-lock.json").read_text()


def test_shell_scripts_are_valid():
    for path in tracked("conf/bin/*.sh", "tests/*.sh", ".ci/run", "migrations/**.sh"):
        subprocess.run(["bash", "-n", path], check=True)
