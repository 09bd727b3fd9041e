"""SQL stays in what MariaDB 10.11 and MySQL 8.4 share.

No server of the other kind is needed to see most of what would break on it: the migrations and
every SQL string of the C sources are searched for what one of the two lacks.
"""

import re

import pytest

from db.schema import MIGRATIONS, SQL_FILES
from harness.process import TOP

# What to look for, and which server lacks it or means something else by it.
FORBIDDEN = {
    r"\bRETURNING\b": "MySQL has no RETURNING",
    r"\bSEQUENCE\b|\bNEXTVAL\b|\bNEXT VALUE FOR\b": "MySQL has no sequences",
    r"\bUUID\s+(NOT )?NULL\b|\bINET[46]\b": "types of MariaDB only",
    r"\bUUID_TO_BIN\b|\bBIN_TO_UUID\b": "functions of MySQL only",
    r"\bCAST\s*\([^()]*\bAS\s+JSON\b": "MariaDB has no JSON type to cast to",
    r"->>?\s*'\$": "MariaDB has no -> operator",
    r"\bJSON_TABLE\b|\bMEMBER OF\b": "differ between the servers",
    r"\bJSON_(COMPACT|LOOSE|DETAILED|EQUALS|NORMALIZE|EXISTS|QUERY)\b": "MariaDB only",
    r"\bJSON_(PRETTY|STORAGE_SIZE|SCHEMA_VALID)\b": "MySQL only",
    r"\b(SPATIAL|FULLTEXT)\b|\bGEOMETRY\b|\bPOINT\s*\(|\bST_[A-Z]\w*": "no spatial, no full text",
    r"\bNGRAM\b": "MySQL only",
    r"\(\(\s*[A-Z_]+\s*\(": "no functional indexes in MariaDB",
    r"\bINVISIBLE\b|\bIGNORED\b": "differ between the servers",
    r"\bLATERAL\b": "MariaDB 10.11 has no LATERAL",
    r"\bVALUES\s+ROW\b|\bINSERT\b[^;]*\bVALUES\b[^;]*\)\s*AS\s+\w+\s+ON DUPLICATE": "MySQL only",
    r"\bON DUPLICATE KEY UPDATE\b[^;]*=\s*VALUE\s*\(": "MariaDB only",
    r"\bLIMIT\s+ROWS\s+EXAMINED\b|\bSET STATEMENT\b|\bOFFSET\b[^;]*\bFETCH\b": "MariaDB only",
    r"\bMAX_EXECUTION_TIME\b|\bMAX_STATEMENT_TIME\b": "each server has its own word",
    r"\bTX_ISOLATION\b|\bTRANSACTION_ISOLATION\s*=": "SET SESSION TRANSACTION ISOLATION LEVEL",
    r"\bCREATE OR REPLACE TABLE\b|\bDROP\s+(COLUMN|INDEX)\s+IF EXISTS\b": "MariaDB only",
    r"\bLOCK TABLES\b|\bGET_LOCK\b": "no table locks (Galera)",
    r"\bGET_LOCK\s*\(\s*'": "a name of the whole server: the schema must be in it",
    r"\bINFORMATION_SCHEMA\.PROCESSLIST\b|\bQUERY_ID\b": "MySQL: 3854 where statements hold bytes",
    r"\bCREATE\s+(PROCEDURE|FUNCTION|TRIGGER|EVENT|VIEW)\b": "no code in the database",
    r"\butf8mb4_(0900|uca1400)\w*": "collations of one server only",
    r"\bREGEXP_(LIKE|SUBSTR|REPLACE|INSTR)\b|\bRLIKE\b": "different libraries",
    r"\bNOW\s*\(|\bCURDATE\s*\(|\bCURRENT_(DATE|TIMESTAMP)\b|\bSYSDATE\b": "UTC_TIMESTAMP(6)",
    r"\bSELECT\b[^;]*\bINTO\s+OUTFILE\b|\bLOAD\s+DATA\b": "needs rights on the server's files",
    r"\bTIMESTAMP\s*(\(\d\))?\s+(NOT )?NULL\b": "ends in 2038 and has a zone: DATETIME(6)",
    r"\bFLOAT\b|\bENUM\s*\(|\bSET\s*\('": "not in this schema",
    r"\bTINYINT\s*\(\d|\b(SMALL|BIG|MEDIUM)?INT\s*\(\d": "display widths are gone in MySQL",
}

# Core sets the statement timeout by what the server calls itself.
EXEMPT = {
    ("modules/core/ln_db_connect.c", r"\bMAX_EXECUTION_TIME\b|\bMAX_STATEMENT_TIME\b"),
    # One import at a time: a program that an administrator starts, not a request.
    ("modules/tool/ln_import_run.c", r"\bLOCK TABLES\b|\bGET_LOCK\b"),
}

# Words that are reserved in one of the two servers: never a name of ours.
RESERVED = (
    "rank dense_rank row_number lead lag ntile window system groups of over recursive except "
    "intersect lateral json_table cube empty function grouping manual parallel qualify tablesample "
    "offset delete_domain_id returning current_role page_checksum slow do_domain_ids"
).upper().split()

STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def sql_of_c(path):
    """String literals that stand side by side and begin like a statement, joined."""
    text = COMMENT.sub(" ", path.read_text())
    for run in re.finditer(r'(?:"(?:[^"\\\n]|\\.)*"(?:[\s\\]|LN_\w+(?:\([^()]*\))?)*)+', text):
        joined = " ".join(match.replace('\\"', '"') for match in STRING.findall(run.group()))
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|SET|REPLACE|ALTER)\b", joined):
            yield joined


def sources():
    for path in SQL_FILES:
        yield path.name, path.read_text()
    yield "regions/build.mjs", (MIGRATIONS / "regions/build.mjs").read_text()
    for path in sorted((TOP / "modules").rglob("*.[ch]")):
        for number, text in enumerate(sql_of_c(path), 1):
            yield f"{path.relative_to(TOP)} statement {number}", text


SOURCES = list(sources())


def test_there_is_something_to_look_at():
    assert sum(name.startswith("modules/") for name, _ in SOURCES) > 50


@pytest.mark.parametrize("pattern", sorted(FORBIDDEN))
def test_nothing_that_one_server_lacks(pattern):
    found = [
        name
        for name, text in SOURCES
        if re.search(pattern, text, re.I) and (name.split(" ")[0], pattern) not in EXEMPT
    ]
    assert found == [], FORBIDDEN[pattern]


def test_no_reserved_word_is_a_column_or_table():
    for path in SQL_FILES:
        for line in path.read_text().splitlines():
            name = re.match(r"(?:CREATE TABLE|   ) ?([a-z_]+) ", line)
            if name:
                assert name.group(1).upper() not in RESERVED, f"{path.name}: {line}"


def test_tests_see_sessions_on_either_server():
    """By Database.processes(): MySQL's table may refuse, and numbers no statements."""
    pattern = next(pattern for pattern in FORBIDDEN if "PROCESSLIST" in pattern)
    for path in sorted((TOP / "tests").rglob("*.py")):
        if path.name != "test_portable_sql.py":
            assert not re.search(pattern, path.read_text(), re.I), path


def test_names_of_constraints_are_unique():
    """MySQL keeps one list of them for the whole schema."""
    names = [
        name
        for path in SQL_FILES
        for name in re.findall(r"CONSTRAINT (\w+)", path.read_text().split("-- migrate:down")[0])
    ]
    # one that is dropped may come again in another form
    for path in SQL_FILES:
        for name in re.findall(r"DROP CONSTRAINT (\w+)", path.read_text().split("-- migrate:down")[0]):
            names.remove(name)
    assert len(names) == len(set(names))


def test_keys_are_short_enough():
    """An InnoDB key holds 3072 bytes; a character of utf8mb4 takes four."""
    for path in SQL_FILES:
        text = path.read_text()
        lengths = {
            name: int(size) * 4 for name, size in re.findall(r"\n    (\w+) VARCHAR\((\d+)\)", text)
        }
        for columns in re.findall(r"KEY \w*\s*\(([^)]*)\)", text):
            size = sum(lengths.get(column.strip(), 8) for column in columns.split(","))
            assert size <= 3072, f"{path.name}: ({columns})"


def test_the_patterns_find_what_they_are_for():
    """A linter that cannot fail is none."""
    bad = {
        "INSERT INTO t (a) VALUES (1) RETURNING id": "RETURNING",
        "SELECT doc->>'$.name' FROM t": "->",
        "SELECT CAST('{}' AS JSON)": "JSON",
        "CREATE TABLE t (id UUID NOT NULL)": "UUID",
        "ALTER TABLE t ADD KEY k ((LOWER(name)))": "functional",
        "SELECT NOW()": "NOW",
        "SELECT GET_LOCK('import', 5)": "GET_LOCK",
        "SELECT id FROM information_schema.processlist": "PROCESSLIST",
    }
    for text in bad:
        assert any(re.search(pattern, text, re.I) for pattern in FORBIDDEN), text
