"""legalnet import: good and broken files, encodings, undo, interruptions, repetition."""

import csv
import io
import os
import signal
import subprocess
import time

import pytest

from harness.database import Database, ExistingDatabase
from harness.process import new_directory, wait_for
from harness.stack import BUILD

REGIONS = [("330000", 1, None), ("330300", 2, "330000"), ("330302", 3, "330300")]
REGIONS += [("330304", 3, "330300")]

FIRMS = """\
source_key,name,types,uscc,region,address,longitude,latitude,datum,opening_hours,phone
F1,浙江震瓯律师事务所,law_firm,91350100M000100Y43,330302,人民路1号,120.6512,28.0123,gcj-02,\
1-5 09:00-12:00 13:30-17:00,0577-88001234
F2,浙江瓯海律师事务所,law_firm;notary_office,91350211M0000XUF46,330304,,,,,24h,12348
"""

PEOPLE = """\
source_key,name,sex,organization,qualification_kind,licence_number,areas,languages,legal_aid,phone
P1,张晓明,male,F1,lawyer,13303201510234567,labor;divorce,zh,yes,13812345678
P2,单雄信,female,F2,lawyer,13303201611234568,divorce,zh;ii,no,
P3,王芳,,F2,notary,,,,,
"""


class Tool:
    """The program, a database with a few regions, and a directory for files."""

    def __init__(self, database):
        self.database = database
        self.directory = new_directory("import")

    def environment(self):
        return {
            **os.environ,
            "LEGALNET_DATABASE": self.database.url,
            "ASAN_OPTIONS": "detect_leaks=0",
        }

    def file(self, text, name="file.csv", encoding="utf-8"):
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    def command(self, *arguments):
        return [str(BUILD / "legalnet"), *map(str, arguments)]

    def run(self, *arguments):
        return subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, text=True
        )

    def imports(self, kind, text, *options, source="test", status=0, **settings):
        path = text if hasattr(text, "open") else self.file(text, **settings)
        result = self.run("import", kind, path, "--source", source, *options)
        assert result.returncode == status, result.stdout + result.stderr
        return result

    def directory_of(self, firms=FIRMS, people=PEOPLE):
        self.imports("organizations", firms)
        self.imports("practitioners", people)

    def value(self, statement, *values):
        rows = self.database.sql(statement, *values)
        return next(iter(rows[0].values())) if rows else None

    def last(self):
        return self.database.sql("SELECT * FROM import_run ORDER BY id DESC LIMIT 1")[0]

    def content(self):
        """Everything that imports write, without ids, versions and times."""
        statements = [
            "SELECT source, source_key, o.name, uscc, r.code, address, o.longitude, phone, status,"
            " opening_hours FROM organization o JOIN region r ON r.id = o.region_id",
            "SELECT o.source_key, t.code FROM organization_hat h JOIN organization o"
            " ON o.id = h.organization_id JOIN organization_type t ON t.id = h.type_id",
            "SELECT p.source, p.source_key, p.name, sex, o.source_key AS firm, p.phone, legal_aid"
            " FROM practitioner p LEFT JOIN organization o ON o.id = p.organization_id",
            "SELECT p.source_key, k.code, licence_number, q.status FROM qualification q"
            " JOIN practitioner p ON p.id = q.practitioner_id"
            " JOIN qualification_kind k ON k.id = q.kind_id",
            "SELECT p.source_key, a.code FROM practitioner_area pa"
            " JOIN practitioner p ON p.id = pa.practitioner_id"
            " JOIN practice_area a ON a.id = pa.area_id",
        ]
        return [
            sorted(str(list(row.values())) for row in self.database.sql(statement))
            for statement in statements
        ]

    def found(self, token):
        """Source keys of the practitioners that a token finds, whole names first."""
        return [
            row["source_key"]
            for row in self.database.sql(
                "SELECT p.source_key FROM practitioner_token t"
                " JOIN practitioner p ON p.id = t.practitioner_id"
                " JOIN practitioner_listing l ON l.practitioner_id = p.id AND l.kind_id = 0"
                "  AND l.area_id = 0 AND l.region_id = 0"
                " WHERE t.token = %s ORDER BY t.weight_order, p.source_key",
                token,
            )
        ]

    def empty(self):
        for table in ("practitioner", "organization", "import_run", "possible_duplicate"):
            self.database.sql(f"DELETE FROM {table}")
        for kind in ("practitioner", "organization"):
            for what in ("listing", "detail", "place", "token"):
                self.database.sql(f"TRUNCATE {kind}_{what}")
        for table in ("suggestion", "change_event"):
            self.database.sql(f"TRUNCATE {table}")


@pytest.fixture(scope="module")
def filled(built):
    existing = os.environ.get("DATABASE", "")
    if existing:
        database = ExistingDatabase(existing)
        database.renew()
    else:
        database = Database()
    for code, level, parent in REGIONS:
        database.sql(
            "INSERT INTO region (code, name, full_name, level, parent_id, pinyin, initials)"
            " SELECT %s, %s, %s, %s, (SELECT p.id FROM (SELECT id FROM region WHERE code = %s) p),"
            " 'x', 'x'",
            *(code, f"区{code}", f"省市区{code}", level, parent),
        )
    database.sql(
        "INSERT INTO region_closure (ancestor_id, descendant_id, depth)"
        " SELECT a.id, d.id, d.level - a.level FROM region a JOIN region d"
        " ON a.code = d.code OR (a.level < d.level"
        "  AND LEFT(a.code, a.level * 2) = LEFT(d.code, a.level * 2))"
    )
    yield database
    database.close()


@pytest.fixture
def tool(filled):
    tool = Tool(filled)
    tool.empty()
    return tool


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_good_files_fill_the_directory(tool):
    tool.directory_of()
    firm = tool.database.sql("SELECT * FROM organization WHERE source_key = 'F1'")[0]
    assert firm["uscc"] == "91350100M000100Y43"
    assert abs(firm["longitude"] - 120.6466) < 0.001 and abs(firm["latitude"] - 28.0150) < 0.001
    assert firm["opening_hours"].startswith('[{"days":[1,2,3,4,5],"opens":"09:00","closes":"12:00"}')
    assert firm["rank_order"] > 0 and firm["ranked_on"] is not None
    assert tool.last()["rows_added"] == 3 and tool.last()["status"] == "done"
    assert len(tool.last()["file_sha256"]) == 32
    assert tool.found("zxm") == ["P1"] and tool.found("shanxiongxin") == ["P2"]
    assert tool.found("瓯海") == ["P2", "P3"] and tool.found("离婚") == ["P1", "P2"]
    assert tool.value("SELECT COUNT(*) FROM suggestion WHERE prefix = '瓯海'") == 1
    assert tool.value("SELECT COUNT(*) FROM suggestion WHERE prefix = 'lihun'") > 0


def test_detail_masks_the_private_number(tool):
    tool.directory_of()
    docs = "".join(row["doc"] for row in tool.database.sql("SELECT doc FROM practitioner_detail"))
    assert "138****5678" in docs and "13812345678" not in docs


def test_caches_hear_of_every_row(tool):
    tool.directory_of()
    events = tool.database.sql("SELECT topic, subject FROM change_event")
    ids = {str(row["id"]) for row in tool.database.sql("SELECT id FROM practitioner")}
    assert ids == {row["subject"] for row in events if row["topic"] == "practitioner"}
    assert ("directory", "*") in {(row["topic"], row["subject"]) for row in events}


def test_chinese_headings_and_words(tool):
    tool.imports("organizations", FIRMS)
    tool.imports(
        "practitioners",
        "人员编号,姓名,性别,执业机构编号,执业类别,执业状态,专业领域,提供法律援助,首次执业日期\n"
        "P1,张晓明,男,F1,律师,正常执业,劳动用工；离婚,是,2015年6月1日\n"
        "P2,王芳,女,F2,公证员,注销,,否,2001\n",
    )
    rows = tool.database.sql("SELECT * FROM practitioner ORDER BY source_key")
    assert [row["sex"] for row in rows] == ["male", "female"]
    assert [str(row["practicing_since"]) for row in rows] == ["2015-06-01", "2001-01-01"]
    assert tool.found("张晓明") == ["P1"]
    assert tool.found("王芳") == [], "a cancelled qualification is history"


@pytest.mark.parametrize(
    "encoding,option",
    [("utf-8", "auto"), ("utf-8-sig", "auto"), ("gb18030", "auto"), ("gb18030", "gb18030")],
)
def test_encodings_say_the_same(tool, encoding, option):
    tool.imports("organizations", FIRMS)
    tool.imports("practitioners", PEOPLE, "--encoding", option, encoding=encoding)
    assert tool.found("张晓明") == ["P1"]


def test_rare_characters_of_gb18030(tool):
    tool.imports("organizations", FIRMS)
    tool.imports("practitioners", PEOPLE.replace("王芳", "𠮷㐂"), encoding="gb18030")
    assert tool.value("SELECT name FROM practitioner WHERE source_key = 'P3'") == "𠮷㐂"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends(tool, end):
    tool.imports("organizations", FIRMS.replace("\n", end).encode())
    assert tool.value("SELECT COUNT(*) FROM organization") == 2


def test_every_mistake_has_line_column_and_reason(tool):
    text = FIRMS + (
        "F3,没有类型,,,330302,,,,,,\n"
        "F4,坏类型,nonsense,,330302,,,,,,\n"
        "F5,坏区划,law_firm,,999999,,,,,,\n"
        "F6,坏坐标,law_firm,,330302,,220,28,,,\n"
        "F7,半个坐标,law_firm,,330302,,120,,,,\n"
        "F8,坏时间,law_firm,,330302,,,,,每天,\n"
        "F9,坏电话,law_firm,,330302,,,,,,88\n"
        "F1,同号,law_firm,,330302,,,,,,\n"
        'FA,引"号,law_firm,,330302,,,,,,\n'
        "FB,太多,law_firm,,330302,,,,,,,,\n"
        "FC,好的,law_firm,,330302,,,,,,\n"
    )
    errors = tool.directory / "errors.csv"
    tool.imports("organizations", text, "--errors", errors, status=1)
    found = [
        (int(row["line"]), row["heading"], int(row["column"]))
        for row in rows_of(errors)
        if row["severity"] == "error"
    ]
    lines, headings = text.split("\n"), FIRMS.split("\n")[0].split(",")

    def column(line, heading):
        """Where the cell begins, in characters from 1."""
        before = lines[line - 1].split(",")[: headings.index(heading)]
        return (line, heading, len(",".join([*before, ""])) + 1)

    assert found == [
        *[column(4, "types"), column(5, "types"), column(6, "region"), column(7, "longitude")],
        *[column(8, "latitude"), column(9, "opening_hours"), column(10, "phone")],
        *[column(11, "source_key"), (12, "", 5), (13, "", len(lines[12]))],
    ]
    assert tool.value("SELECT COUNT(*) FROM organization") == 3
    assert tool.last()["rows_refused"] == 10 and tool.last()["rows_added"] == 3


def test_wrong_check_characters_warn_and_stay(tool):
    errors = tool.directory / "errors.csv"
    tool.imports("organizations", FIRMS, "--errors", errors)
    tool.imports("practitioners", PEOPLE.replace("13303201510234567", "13303201510234"))
    warnings = [row for row in rows_of(errors) if row["severity"] == "warning"]
    assert [(row["line"], row["value"]) for row in warnings] == [("3", "91350211M0000XUF46")]
    assert tool.value("SELECT uscc FROM organization WHERE source_key = 'F2'") == "91350211M0000XUF46"
    assert tool.last()["warnings"] == 1 and tool.last()["rows_added"] == 3


WEEK = '"days":[1,2,3,4,5]'


@pytest.mark.parametrize(
    "text,stored",
    [
        ("1-5 09:00-17:00", f'[{{{WEEK},"opens":"09:00","closes":"17:00"}}]'),
        ("mon-fri 9:00-17:00", f'[{{{WEEK},"opens":"09:00","closes":"17:00"}}]'),
        ("周一至周五 09:00-17:00", f'[{{{WEEK},"opens":"09:00","closes":"17:00"}}]'),
        ("星期六 8:30-11:30", '[{"days":[6],"opens":"08:30","closes":"11:30"}]'),
        ("1 3 8:00-9:00", '[{"days":[1,3],"opens":"08:00","closes":"09:00"}]'),
        ("全天", '[{"days":[1,2,3,4,5,6,7],"opens":"00:00","closes":"24:00"}]'),
        ("", None),
        ("5-1 09:00-17:00", 1),
        ("1-5 17:00-09:00", 1),
        ("1-5 09:00-25:00", 1),
        ("1-5", 1),
        ("随时", 1),
    ],
)
def test_opening_hours(tool, text, stored):
    status = 1 if stored == 1 else 0
    row = f"source_key,name,types,region,opening_hours\nF1,甲,law_firm,330302,{text}\n"
    tool.imports("organizations", row, status=status)
    if not status:
        assert tool.value("SELECT opening_hours FROM organization") == stored


@pytest.mark.parametrize(
    "text,stored",
    [
        *[("2019-03-01", "2019-03-01"), ("2019/3/1", "2019-03-01"), ("20190301", "2019-03-01")],
        *[("2019年3月1日", "2019-03-01"), ("２０１９．３．１", "2019-03-01"), ("2020-02-29", "2020-02-29")],
        *[("2019-02-29", None), ("2019", None), ("1.3.2019", None), ("2019-13-01", None)],
        *[("2019-03-01x", None), ("-", None)],
    ],
)
def test_dates(tool, text, stored):
    row = f"source_key,name,types,region,established_on\nF1,甲,law_firm,330302,{text}\n"
    tool.imports("organizations", row, status=0 if stored else 1)
    if stored:
        assert str(tool.value("SELECT established_on FROM organization")) == stored


@pytest.mark.parametrize(
    "option,column,longitude,latitude",
    [
        ("wgs-84", "", 116.404, 39.915),
        ("gcj-02", "", 116.397756, 39.913596),
        ("bd-09", "", 116.391386, 39.907255),
        ("wgs-84", "百度", 116.391386, 39.907255),
    ],
)
def test_datum_of_the_option_and_of_the_row(tool, option, column, longitude, latitude):
    row = f"source_key,name,types,region,longitude,latitude,datum\nF1,甲,law_firm,330302,116.404,39.915,{column}\n"
    tool.imports("organizations", row, "--datum", option)
    stored = tool.database.sql("SELECT longitude, latitude FROM organization")[0]
    assert abs(stored["longitude"] - longitude) < 2e-5
    assert abs(stored["latitude"] - latitude) < 2e-5


def test_outreach_places_and_further_qualifications(tool):
    places = "村窗口|330302|村委会|120.65|28.01|每月5日|0577-88001235；第二处｜330304"
    tool.imports("organizations", FIRMS)
    head = "source_key,name,types,region,outreach_places\n"
    tool.imports("organizations", f"{head}F1,浙江震瓯律师事务所,law_firm,330302,{places}\n")
    rows = tool.database.sql("SELECT * FROM outreach_place ORDER BY id")
    assert [row["name"] for row in rows] == ["村窗口", "第二处"]
    assert rows[0]["schedule"] == "每月5日" and rows[1]["phone"] is None
    head = "source_key,name,organization,qualification_kind,qualifications\n"
    more = "notary|A1|F2|cancelled|2001-01-01|2005-12-31;arbitrator||other:Z|active"
    tool.imports("practitioners", f"{head}P1,甲乙,F1,lawyer,{more}\n", status=1)
    tool.imports("practitioners", f"{head}P1,甲乙,F1,lawyer,{more.replace('other:Z', '')}\n")
    rows = tool.database.sql(
        "SELECT k.code, q.status, q.valid_to, o.source_key FROM qualification q"
        " JOIN qualification_kind k ON k.id = q.kind_id"
        " LEFT JOIN organization o ON o.id = q.organization_id ORDER BY q.id"
    )
    assert [(row["code"], row["status"], row["source_key"]) for row in rows] == [
        ("lawyer", "active", "F1"),
        ("notary", "cancelled", "F2"),
        ("arbitrator", "active", None),
    ]
    again = tool.imports("practitioners", f"{head}P1,甲乙,F1,lawyer,{more.replace('other:Z', '')}\n")
    assert "1 unchanged" in again.stdout


@pytest.mark.parametrize(
    "text,reason",
    [
        ("", "empty"),
        ("source_key,name,types\n", "region is missing"),
        ("source_key,name,types,region,colour\n", "colour"),
        ("source_key,name,名称,types,region\n", "twice"),
    ],
)
def test_headings_that_cannot_be_read(tool, text, reason):
    result = tool.imports("organizations", text, status=3)
    assert reason in result.stderr
    assert tool.value("SELECT COUNT(*) FROM organization") == 0


def test_an_open_quote_is_told_and_what_stands_before_it_counts(tool):
    result = tool.imports("organizations", FIRMS + 'F3,"坏,law_firm,,330302\nF4,x\n', status=3)
    assert "line 4" in result.stderr and "never closed" in result.stderr
    assert tool.value("SELECT COUNT(*) FROM organization") == 2


def test_bytes_of_another_encoding_refuse_their_row_only(tool):
    text = FIRMS.encode() + "F3,坏,law_firm,,330302,,,,,,\n".encode("gb18030")
    result = tool.imports("organizations", text, "--encoding", "utf-8", status=1)
    assert "line 4, name" in result.stderr
    assert tool.value("SELECT COUNT(*) FROM organization") == 2


def test_a_practitioner_without_his_organization_is_refused(tool):
    result = tool.imports("practitioners", PEOPLE, status=1)
    assert "import the organizations first" in result.stderr
    assert tool.value("SELECT COUNT(*) FROM practitioner") == 0


def test_repeating_a_file_changes_nothing(tool):
    tool.directory_of()
    before = tool.content(), tool.database.sql("SELECT id, version, updated_at FROM practitioner")
    tool.directory_of()
    after = tool.content(), tool.database.sql("SELECT id, version, updated_at FROM practitioner")
    assert before == after
    assert (tool.last()["rows_unchanged"], tool.last()["rows_added"]) == (3, 0)
    assert tool.value("SELECT COUNT(*) FROM import_change WHERE import_id = %s", tool.last()["id"]) == 0


def test_only_what_changed_is_written(tool):
    tool.directory_of()
    tool.imports("practitioners", PEOPLE.replace("labor;divorce", "divorce").replace("王芳", "王方"))
    assert (tool.last()["rows_changed"], tool.last()["rows_unchanged"]) == (2, 1)
    assert tool.found("劳动") == [] and tool.found("王方") == ["P3"] and tool.found("王芳") == []


def test_absent_columns_stay_and_empty_cells_clear(tool):
    tool.directory_of()
    head = "source_key,name,organization,qualification_kind,licence_number"
    tool.imports("practitioners", f"{head}\nP1,张晓明,F1,lawyer,13303201510234567\n")
    row = tool.database.sql("SELECT * FROM practitioner WHERE source_key = 'P1'")[0]
    assert row["phone"] == "13812345678" and row["sex"] == "male" and row["version"] == 1
    tool.imports("practitioners", f"{head},phone\nP1,张晓明,F1,lawyer,13303201510234567,\n")
    row = tool.database.sql("SELECT * FROM practitioner WHERE source_key = 'P1'")[0]
    assert row["phone"] is None and row["sex"] == "male" and row["version"] == 2


def test_practitioners_follow_the_name_of_their_organization(tool):
    tool.directory_of()
    tool.imports("organizations", FIRMS.replace("震瓯", "新名"))
    assert tool.found("新名") == ["P1"] and tool.found("震瓯") == []
    doc = tool.value(
        "SELECT doc FROM practitioner_detail d JOIN practitioner p ON p.id = d.practitioner_id"
        " WHERE p.source_key = 'P1'"
    )
    assert "浙江新名律师事务所" in doc


def test_an_organization_that_is_left_counts_one_fewer(tool):
    tool.directory_of()
    count = (
        "SELECT doc FROM organization_detail d JOIN organization o ON o.id = d.organization_id"
        " WHERE o.source_key = 'F2'"
    )
    assert '"practitioner_count":2' in tool.value(count)
    tool.imports("practitioners", PEOPLE.replace("王芳,,F2", "王芳,,F1"))
    assert '"practitioner_count":1' in tool.value(count)


def test_dry_run_shows_differences_and_writes_nothing(tool):
    tool.directory_of()
    before = tool.content(), tool.value("SELECT COUNT(*) FROM import_run")
    changed = PEOPLE.replace("13812345678", "13812345679") + "P4,赵六,male,F1,lawyer,,,,,\n"
    result = tool.imports("practitioners", changed, "--dry-run")
    assert 'phone "13812345678" -> "13812345679"' in result.stdout
    assert "new practitioner P4: 赵六" in result.stdout
    assert "1 new, 1 changed, 2 unchanged" in result.stdout
    assert before == (tool.content(), tool.value("SELECT COUNT(*) FROM import_run"))
    assert tool.value("SELECT COUNT(*) FROM possible_duplicate") == 0


def test_possible_duplicates_are_listed_and_never_merged(tool):
    tool.directory_of()
    other = "source_key,name,types,uscc,region\nX1,另一个名字,law_firm,91350100M000100Y43,330304\n"
    result = tool.imports("organizations", other, source="other")
    assert "other:X1 may be the same as test:F1" in result.stderr
    assert tool.value("SELECT COUNT(*) FROM organization") == 3
    people = (
        "source_key,name,organization,qualification_kind,licence_number\n"
        "Y1,张小明,test:F2,lawyer,13303201510234567\nY2,单雄信,test:F2,lawyer,\n"
    )
    tool.imports("practitioners", people, source="other")
    rows = tool.database.sql("SELECT reason, status FROM possible_duplicate ORDER BY id")
    assert [row["reason"] for row in rows] == ["uscc", "licence_number", "name_organization"]
    assert {row["status"] for row in rows} == {"open"}
    listed = tool.run("import", "duplicates", tool.last()["id"])
    assert "2 possible duplicates" in listed.stdout and "test:P1" in listed.stdout


def test_undo_removes_what_was_added(tool):
    tool.imports("organizations", FIRMS)
    before = tool.content()
    tool.imports("practitioners", PEOPLE)
    result = tool.run("import", "undo", tool.last()["id"])
    assert result.returncode == 0, result.stdout + result.stderr
    assert tool.content() == before and tool.last()["status"] == "undone"
    for table in ("practitioner_listing", "practitioner_token", "practitioner_detail"):
        assert tool.value(f"SELECT COUNT(*) FROM {table}") == 0
    assert tool.value("SELECT COUNT(*) FROM suggestion WHERE kind = 'practitioner'") == 0
    assert '"practitioner_count":0' in tool.value("SELECT doc FROM organization_detail LIMIT 1")


def test_undo_restores_what_was_changed(tool):
    tool.directory_of()
    before = tool.content()
    tool.imports("practitioners", PEOPLE.replace("labor;divorce", "debt").replace("F2", "F1"))
    assert tool.content() != before and tool.found("劳动") == []
    tool.imports("organizations", FIRMS.replace("震瓯", "新名").replace("law_firm;notary_office", "notary_office"))
    first, second = tool.last()["id"] - 1, tool.last()["id"]
    assert tool.run("import", "undo", second).returncode == 0
    assert tool.run("import", "undo", first).returncode == 0
    assert tool.content() == before
    assert tool.found("劳动") == ["P1"] and tool.found("震瓯") == ["P1"]


def test_undo_leaves_rows_that_were_changed_since(tool):
    tool.directory_of()
    first = tool.last()["id"]
    tool.imports("practitioners", PEOPLE.replace("王芳", "王方"))
    result = tool.run("import", "undo", first)
    assert result.returncode == 1
    assert "P3 stays as it is: it was changed since" in result.stdout
    assert [row["source_key"] for row in tool.database.sql("SELECT source_key FROM practitioner")] == ["P3"]
    assert tool.value("SELECT status FROM import_run WHERE id = %s", first) == "done"


def test_undo_leaves_organizations_that_have_practitioners(tool):
    tool.directory_of()
    result = tool.run("import", "undo", tool.last()["id"] - 1)
    assert result.returncode == 1 and "practitioners belong to it" in result.stdout
    assert tool.value("SELECT COUNT(*) FROM organization") == 2


def test_undo_twice_and_undo_of_nothing(tool):
    tool.directory_of()
    for _ in range(2):
        assert tool.run("import", "undo", tool.last()["id"]).returncode == 0
    assert tool.run("import", "undo", "999999").returncode == 3
    assert tool.run("import", "undo", "x").returncode == 3


def firms(count=100):
    head = "source_key,name,types,region\n"
    return head + "".join(f"N{i},浙江第{i}律师事务所,law_firm,330302\n" for i in range(count))


def many(count):
    """Rows of which no two have the same name in the same firm."""
    head = "source_key,name,sex,organization,qualification_kind,licence_number,areas,practicing_since,phone\n"
    surnames, given = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊洋艳"
    return head + "".join(
        f"N{i},{surnames[i % 10]}{given[i // 10 % 10]}{given[i // 100 % 10]},"
        f"{('male', 'female')[i % 2]},N{i // 1000 % 100},lawyer,1330320151{i % 2}{i % 1000000:06},"
        f"divorce,2015-01-01,138{i % 100000000:08}\n"
        for i in range(count)
    )


def killed_in_the_middle(tool, number):
    """Starts an import of many rows and ends it once some batches are there."""
    tool.imports("organizations", firms())
    path = tool.file(many(20000))
    process = subprocess.Popen(
        tool.command("import", "practitioners", path, "--source", "test", "--batch", "100"),
        env=tool.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(
        lambda: tool.value("SELECT COUNT(*) FROM practitioner") >= 300 or process.poll() is not None,
        "rows of the first batches",
        60,
    )
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    stands = tool.value("SELECT COUNT(*) FROM practitioner")
    assert 300 <= stands < 20000 and stands % 100 == 0, "whole batches"
    assert tool.value("SELECT COUNT(*) FROM qualification") == stands
    assert tool.value("SELECT COUNT(*) FROM import_change") == stands + 100
    return path, stands, process.returncode, output


def test_killed_import_goes_on_with_the_same_file(tool):
    path, stands, _, _ = killed_in_the_middle(tool, signal.SIGKILL)
    assert tool.last()["status"] == "running"
    short = tool.file(many(stands + 50), "short.csv")
    result = tool.imports("practitioners", short)
    assert "had been cut off" in result.stderr
    assert f"50 new, 0 changed, {stands} unchanged" in result.stdout
    assert tool.value("SELECT COUNT(*) FROM practitioner_detail") == stands + 50
    states = [row["status"] for row in tool.database.sql("SELECT status FROM import_run ORDER BY id")]
    assert states == ["done", "failed", "done"]


def test_killed_import_can_be_undone(tool):
    _, stands, _, _ = killed_in_the_middle(tool, signal.SIGKILL)
    result = tool.run("import", "undo", tool.last()["id"])
    assert result.returncode == 0 and f"{stands} removed" in result.stdout
    for table in ("practitioner", "practitioner_listing", "practitioner_token", "qualification"):
        assert tool.value(f"SELECT COUNT(*) FROM {table}") == 0


def test_interrupted_import_says_so(tool):
    _, _, status, output = killed_in_the_middle(tool, signal.SIGINT)
    assert status == 3 and "interrupted" in output and "run the same file again" in output


@pytest.mark.kills_database
def test_database_that_dies_leaves_whole_batches(built):
    database = Database()
    try:
        database.sql(
            "INSERT INTO region (code, name, full_name, level, pinyin, initials)"
            " VALUES ('330302', 'a', 'a', 1, 'a', 'a'), ('330304', 'b', 'b', 1, 'b', 'b')"
        )
        database.sql("INSERT INTO region_closure SELECT id, id, 0 FROM region")
        tool = Tool(database)
        tool.imports("organizations", firms())
        path = tool.file(many(20000))
        process = subprocess.Popen(
            tool.command("import", "practitioners", path, "--source", "test", "--batch", "100"),
            env=tool.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_for(lambda: tool.value("SELECT COUNT(*) FROM practitioner") >= 300, "rows", 60)
        database.kill()
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 3 and "database" in output
        database.start()
        stands = tool.value("SELECT COUNT(*) FROM practitioner")
        assert stands >= 300 and stands % 100 == 0
        assert tool.imports("practitioners", many(stands)).returncode == 0
    finally:
        database.close()


def test_two_imports_at_a_time_are_one_too_many(tool):
    connection = tool.database.connect()
    try:
        with connection.cursor() as cursor:
            lock = "SELECT GET_LOCK(CONCAT('legalnet_import.', LEFT(SHA2(%s, 256), 40)), 0) AS got"
            cursor.execute(lock, (tool.database.name,))
            assert cursor.fetchone() == {"got": 1}
            result = tool.imports("organizations", FIRMS, status=3)
            assert "another import is running" in result.stderr
            # another schema of the same server is none of our business
            cursor.execute("DO RELEASE_ALL_LOCKS()")
            cursor.execute(lock, (tool.database.name + "_test",))
            tool.imports("organizations", FIRMS)
    finally:
        connection.close()


def test_an_error_file_on_a_full_disk_stops_the_import(tool):
    broken = FIRMS + "".join(f"B{i},坏,nonsense,,330302,,,,,,\n" for i in range(500))
    result = tool.imports("organizations", broken, "--errors", "/dev/full", "--batch", "50", status=3)
    assert "No space left" in result.stderr
    assert tool.value("SELECT COUNT(*) FROM organization") == 0, "no batch whose errors are lost"
    assert tool.last()["status"] == "failed"


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "organizations"],
        ["import", "organizations", "x.csv"],
        ["import", "organizations", "x.csv", "--source", "Nicht gut"],
        ["import", "organizations", "x.csv", "--source", "s", "--datum", "mars"],
        ["import", "organizations", "x.csv", "--source", "s", "--encoding", "latin1"],
        ["import", "organizations", "x.csv", "--source", "s", "--batch", "0"],
        ["import", "organizations", "x.csv", "--source", "s", "--batch", "5000"],
        ["import", "organizations", "x.csv", "--source", "s", "--colour", "red"],
        ["import", "undo"],
        ["nonsense"],
        [],
    ],
)
def test_wrong_command_lines(tool, arguments):
    assert tool.run(*arguments).returncode == 2


def test_a_password_on_the_command_line_is_refused(tool):
    path = tool.file(FIRMS)
    url = "mysql://root:secret@localhost/legalnet"
    result = tool.run("import", "organizations", path, "--source", "s", "--database", url)
    assert result.returncode == 3 and "--password-file" in result.stderr
    assert "secret" not in result.stderr


def test_help_names_every_column_and_command(tool):
    text = tool.run("help").stdout
    for word in ("import undo", "reindex", "outreach_places", "统一社会信用代码", "执业证号"):
        assert word in text


@pytest.mark.prove
def test_a_hundred_thousand_rows_at_a_tenth_of_load_data(tool):
    """The same rows by LOAD DATA from files into the same tables, projections included."""
    rows = int(os.environ.get("LN_IMPORT_ROWS", "100000"))
    tool.imports("organizations", firms())
    path = tool.file(many(rows))
    began = time.monotonic()
    tool.imports("practitioners", path)
    ours = time.monotonic() - began
    assert tool.value("SELECT COUNT(*) FROM practitioner_detail") == rows
    theirs = load_data_seconds(tool)
    print(f"import {ours:.1f} s, LOAD DATA {theirs:.1f} s")
    assert ours <= 10 * theirs


LOADED = ["practitioner", "qualification", "practitioner_area", "practitioner_listing"]
LOADED += ["practitioner_detail", "practitioner_token", "suggestion"]


def load_data_seconds(tool):
    """Unloads the tables to files, in the order of their keys, and loads them again.

    No order is better for LOAD DATA.
    """
    connection = tool.database.connect(local_infile=True)
    seconds = 0
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION foreign_key_checks = 0")
            for table in LOADED:
                path = tool.directory / f"{table}.txt"
                cursor.execute(f"SELECT * FROM {table}")
                with path.open("w") as file:
                    for row in cursor:
                        file.write("\t".join(map(loaded_cell, row.values())) + "\n")
                cursor.execute(f"TRUNCATE {table}")
                began = time.monotonic()
                cursor.execute(
                    f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {table} CHARACTER SET utf8mb4"
                )
                seconds += time.monotonic() - began
    finally:
        connection.close()
    return seconds


def loaded_cell(value):
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
