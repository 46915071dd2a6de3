// Compares two transcripts after normalising them, and prints the steps that differ.
//
//     node tests/clients/javascript/compare.js --server everything direct.jsonl gateway.jsonl
//
// It ends with 0 when the transcripts are alike, and with 1 when they are not. What is normalised
// is listed in `../normalised.json`, and explained in `../NORMALISED.md`.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual, parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { server: { type: 'string' } }, allowPositionals: true });
if (values.server === undefined || positionals.length !== 2) {
    console.error('usage: compare.js --server <name> <transcript> <transcript>');
    process.exit(2);
}
const rules = JSON.parse(readFileSync(new URL('../normalised.json', import.meta.url), 'utf8'));
const texts = rules.texts.map(({ pattern, becomes }) => [new RegExp(pattern, 'g'), becomes]);
const fields = rules.fields.filter(({ server }) => server === values.server);

const [one, other] = positionals.map(read);
if (one.length === 0) {
    console.error(`\`${positionals[0]}\` is empty, so that there is nothing to compare`);
    process.exit(2);
}
let differences = 0;
for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    if (isDeepStrictEqual(one[index], other[index])) continue;
    differences += 1;
    console.log(`${one[index]?.step ?? other[index]?.step}`);
    console.log(`- ${JSON.stringify(one[index])}`);
    console.log(`+ ${JSON.stringify(other[index])}`);
}
console.log(`${one.length} and ${other.length} steps, ${differences} differences`);
process.exit(differences === 0 ? 0 : 1);

function read(file) {
    const lines = readFileSync(file, 'utf8').split('\n').filter(line => line !== '');
    return lines.map(line => normalise(JSON.parse(line)));
}

function normalise(line) {
    for (const { step, path, optional } of fields) if (new RegExp(step).test(line.step)) mask(line, path, optional);
    return replaceTexts(line);
}

/** Replaces the values at a path, where `*` stands for every element; takes optional ones out. */
function mask(value, [key, ...rest], optional) {
    if (value === null || typeof value !== 'object') return;
    for (const one of key === '*' ? Object.keys(value) : [key]) {
        if (!(one in value)) continue;
        if (rest.length > 0) mask(value[one], rest, optional);
        else if (optional) delete value[one];
        else value[one] = '<normalised>';
    }
}

function replaceTexts(value) {
    if (typeof value === 'string') return texts.reduce((text, [pattern, becomes]) => text.replace(pattern, becomes), value);
    if (Array.isArray(value)) return value.map(replaceTexts);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaceTexts(one)]));
}
