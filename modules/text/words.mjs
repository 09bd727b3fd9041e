// Writes a C table of words, so that no Chinese stands in C.
//
//     node words.mjs endings|columns INPUT OUTPUT
//
// endings: lines `canonical synonym ... / title ...` (modules/text/endings.txt)
// columns: lines `group key: word word ...` (modules/tool/columns.txt)
// `#` opens a comment.

import { readFileSync, writeFileSync } from 'node:fs';

const literal = (text) =>
  `"${[...Buffer.from(text)]
    .map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : `\\${b.toString(8).padStart(3, '0')}`))
    .join('')}"`;

const lines = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('#')[0].trim())
    .filter(Boolean);

const bytes = (text) => Buffer.byteLength(text);

function endings(file) {
  const rows = lines(file).flatMap((line) => {
    const [names, titles = ''] = line.split('/').map((part) => part.trim());
    const words = names.split(/\s+/u);
    const row = (title) => (word) => ({ word, canonical: words[0], title });
    return [...words.map(row(0)), ...titles.split(/\s+/u).filter(Boolean).map(row(1))];
  });
  rows.sort((a, b) => [...b.word].length - [...a.word].length);
  const codes = (text) => [...text].map((c) => `0x${c.codePointAt(0).toString(16)}`).join(', ');
  return rows.map(
    ({ word, canonical, title }) =>
      `    { { ${codes(word)} }, ${[...word].length}, ${title}, ${bytes(canonical)},\n      ${literal(canonical)} },`,
  );
}

function columns(file) {
  return lines(file).flatMap((line) => {
    const [head, tail = ''] = line.split(/:(.*)/su);
    const [group, key] = head.trim().split(/\s+/u);
    const words = [key, ...tail.trim().split(/\s+/u).filter(Boolean)];
    return words.map((word) => `    { ${literal(group)}, ${literal(key)}, ${literal(word)} },`);
  });
}

const makers = { endings, columns };
const [kind, input, output] = process.argv.slice(2);
if (!makers[kind] || !output) {
  console.error('usage: node words.mjs endings|columns INPUT OUTPUT');
  process.exit(2);
}
writeFileSync(
  output,
  `/* Made by modules/text/words.mjs from ${input.replace(/^.*(modules\/)/u, '$1')}. */\n\n` +
    `static const ln_${kind.slice(0, -1)}_t  ln_${kind}[] = {\n${makers[kind](input).join('\n')}\n};\n`,
);
