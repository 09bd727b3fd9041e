// Writes ln_text_pinyin_table.h: the readings that ln_text_pinyin.c looks up.
//
//     node generate.mjs OUTPUT
//
// Sources: the dictionaries of the npm package pinyin-pro, and places.txt for
// names of counties that it reads wrongly. Tones are dropped and ü is v, as
// people type it. A phrase is kept only where its characters read one by one
// would give something else, which leaves about a fifteenth of them.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import characters from 'pinyin-pro/dist/esm/data/dict1.mjs';
import two from 'pinyin-pro/dist/esm/data/dict2.mjs';
import three from 'pinyin-pro/dist/esm/data/dict3.mjs';
import four from 'pinyin-pro/dist/esm/data/dict4.mjs';
import surnames from 'pinyin-pro/dist/esm/data/surname.mjs';

const FIRST = 0x3400;
const LAST = 0x9fff;
const STARTS_PHRASE = 0x8000;
const STARTS_SURNAME = 0x4000;
const LONGEST = 4;

const here = dirname(fileURLToPath(import.meta.url));

const plain = (reading) =>
  reading
    .replaceAll(/[ǖǘǚǜü]/gu, 'v')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z ]/gu, '');

const isHan = (code) => code >= FIRST && code <= LAST;

function readCharacters() {
  const readings = new Map();
  for (let code = FIRST; code <= LAST; code += 1) {
    const all = characters.get(String.fromCodePoint(code));
    const first = all && plain(all.split(' ')[0]);
    if (first) {
      readings.set(code, first);
    }
  }
  return readings;
}

function readPlaces() {
  const places = {};
  for (const line of readFileSync(join(here, 'places.txt'), 'utf8').split('\n')) {
    const [name, ...syllables] = line.split('#')[0].trim().split(/\s+/u);
    if (name) {
      places[name] = syllables.join(' ');
    }
  }
  return places;
}

/** Entries of a dictionary that fit the table, as [code points, syllables]. */
function entries(dictionary) {
  return Object.entries(dictionary)
    .map(([han, reading]) => [
      [...han].map((c) => c.codePointAt(0)),
      plain(reading).split(' ').filter(Boolean),
    ])
    .filter(
      ([han, syllables]) =>
        han.length <= LONGEST && han.length === syllables.length && han.every(isHan),
    );
}

/** The same longest-match walk as the C code; finds what a phrase adds. */
function readBy(han, readings, phrases) {
  const out = [];
  for (let i = 0; i < han.length; ) {
    let n = Math.min(LONGEST, han.length - i);
    while (n > 1 && !phrases.has(han.slice(i, i + n).join())) {
      n -= 1;
    }
    out.push(...(n > 1 ? phrases.get(han.slice(i, i + n).join()) : [readings.get(han[i])]));
    i += n;
  }
  return out;
}

function keepWhatDiffers(list, readings) {
  const phrases = new Map();
  for (const [han, syllables] of list.sort((a, b) => a[0].length - b[0].length)) {
    if (readBy(han, readings, phrases).join() !== syllables.join()) {
      phrases.set(han.join(), syllables);
    }
  }
  return [...phrases].map(([key, syllables]) => [key.split(',').map(Number), syllables]);
}

function keepSurnames(list, readings) {
  return list.filter(([han, syl]) => han.length === 2 || readings.get(han[0]) !== syl[0]);
}

const byCodes = ([a], [b]) => {
  const i = a.findIndex((code, at) => code !== b[at]);
  return i < 0 ? a.length - b.length : a[i] - (b[i] ?? 0);
};

function rows(name, list, index) {
  const lines = list.sort(byCodes).map(([han, syllables]) => {
    const codes = han.map((code) => `0x${code.toString(16)}`).join(', ');
    const ids = syllables.map((syllable) => index.get(syllable)).join(', ');
    return `    { { ${codes} }, { ${ids} } },`;
  });
  return `static const ln_reading_t  ln_${name}[] = {\n${lines.join('\n')}\n};\n`;
}

function table() {
  const readings = readCharacters();
  const places = readPlaces();
  const phrases = keepWhatDiffers(entries({ ...two, ...three, ...four, ...places }), readings);
  const names = keepSurnames(entries(surnames), readings);

  const used = [...readings.values(), ...phrases.flatMap((p) => p[1]), ...names.flatMap((p) => p[1])];
  const syllables = ['', ...new Set(used.sort())];
  const index = new Map(syllables.map((syllable, i) => [syllable, i]));

  const starts = (list) => new Set(list.map(([han]) => han[0]));
  const phraseStarts = starts(phrases);
  const surnameStarts = starts(names);
  const cells = [];
  for (let code = FIRST; code <= LAST; code += 1) {
    const id = index.get(readings.get(code) ?? '');
    cells.push(
      id | (phraseStarts.has(code) ? STARTS_PHRASE : 0) | (surnameStarts.has(code) ? STARTS_SURNAME : 0),
    );
  }
  const lines = [];
  for (let i = 0; i < cells.length; i += 16) {
    lines.push(`    ${cells.slice(i, i + 16).join(', ')},`);
  }

  return [
    '/* Made by modules/text/pinyin/generate.mjs from pinyin-pro (MIT). */\n',
    `#define LN_HAN_FIRST  0x${FIRST.toString(16)}\n#define LN_HAN_LAST   0x${LAST.toString(16)}\n`,
    `static const char  ln_syllables[][7] = {\n${syllables.map((s) => `    "${s}",`).join('\n')}\n};\n`,
    `static const uint16_t  ln_han[] = {\n${lines.join('\n')}\n};\n`,
    rows('phrases', phrases, index),
    rows('surnames', names, index),
  ].join('\n');
}

if (process.argv.length !== 3) {
  console.error('usage: node generate.mjs OUTPUT');
  process.exit(2);
}
writeFileSync(process.argv[2], table());
