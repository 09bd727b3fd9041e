// Writes the table of encrypted columns for `legalnet keys`, from the migrations.
//
//     node sealed.mjs MIGRATIONS OUTPUT
//
// A column is one whose COMMENT begins with `encrypted`; what it is sealed as is its
// name, table.column. Its table has one BINARY(16) column as primary key.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, output] = process.argv.slice(2);
const keys = new Map();
const columns = [];

for (const file of readdirSync(folder).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort()) {
  const up = readFileSync(join(folder, file), 'utf8').split('-- migrate:down')[0];
  const table = /^(?:CREATE|ALTER) TABLE (\w+)/m.exec(up)?.[1];
  const key = /^ {4}PRIMARY KEY \(([\w, ]+)\)/m.exec(up)?.[1];
  if (table && key) {
    const binary = new RegExp(`^ {4}${key} BINARY\\(16\\)`, 'm').test(up);
    keys.set(table, binary ? key : undefined);
  }
  for (const [, column] of up.matchAll(/^ {4}(?:ADD COLUMN )?(\w+) VARBINARY\(\d+\).*COMMENT 'encrypted/gm)) {
    columns.push({ table, column });
  }
}

const rows = columns.map(({ table, column }) => {
  const key = keys.get(table);
  if (!key) {
    throw new Error(`${table}: an encrypted column needs a table whose key is one BINARY(16)`);
  }
  return `    { "${table}.${column}",
      "SELECT COUNT(*) FROM ${table} WHERE ${column} IS NOT NULL",
      "SELECT ${key}, ${column} FROM ${table}"
      " WHERE ${key} > ? AND ${column} IS NOT NULL ORDER BY ${key} LIMIT 500",
      "UPDATE ${table} SET ${column} = ? WHERE ${key} = ? AND ${column} = ?" }`;
});

writeFileSync(
  output,
  `/* Made by modules/tool/sealed.mjs from the migrations. */

static const ln_sealed_column_t  ln_sealed_columns[] = {
${rows.join(',\n')}
};
`,
);
