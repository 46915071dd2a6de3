// The command line that all clients share.

import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const ERAS = ['legacy', 'modern', 'auto'];

/**
 * Reads the command line.
 *
 * `--url` is the MCP endpoint, `--server` names the table `../calls/<server>.json`, `--header` is
 * sent with every request and may be repeated, and `--timeout` is the limit of each step in
 * seconds. `eras` are those that this client can be asked for; the first one is the default. A client
 * that only enters needs no table: `tabled` is false then, and `--timeout` is the limit of the whole run.
 * `flags` are the names of further options, which take no value; `texts` are those of options with one.
 */
export function readOptions(eras, { tabled = true, flags = [], texts = [] } = {}) {
    const options = {
        url: { type: 'string' },
        ...(tabled && { server: { type: 'string' } }),
        era: { type: 'string', default: eras[0] },
        header: { type: 'string', multiple: true, default: [] },
        timeout: { type: 'string', default: '20' },
        ...Object.fromEntries(flags.map(flag => [flag, { type: 'boolean', default: false }])),
        ...Object.fromEntries(texts.map(text => [text, { type: 'string' }]))
    };
    try {
        const { values } = parseArgs({ options });
        if (values.url === undefined) throw new Error('--url is needed');
        if (tabled && values.server === undefined) throw new Error('--server is needed');
        if (!ERAS.includes(values.era) || !eras.includes(values.era)) {
            throw new Error(`\`${values.era}\` is not an era of this client: it knows ${eras.join(', ')}`);
        }
        const seconds = Number(values.timeout);
        if (!(seconds > 0)) throw new Error(`\`${values.timeout}\` is not a number of seconds`);
        return {
            url: new URL(values.url),
            ...(tabled && { table: readTable(values.server) }),
            era: values.era,
            headers: Object.fromEntries(values.header.map(splitHeader)),
            timeout: seconds * 1000,
            ...Object.fromEntries([...flags, ...texts].map(name => [name, values[name]]))
        };
    } catch (error) {
        console.error(error.message);
        process.exit(2);
    }
}

/** Reads the table of calls for a server. */
function readTable(server) {
    if (!/^[\w-]+$/.test(server)) throw new Error(`\`${server}\` is not the name of a server: letters, digits, hyphens and underscores make one`);
    const file = new URL(`../calls/${server}.json`, import.meta.url);
    if (!existsSync(file)) throw new Error(`there is no table tests/clients/calls/${server}.json: write one for this server`);
    const table = JSON.parse(readFileSync(file, 'utf8'));
    // Servers are asked about runs by name, and each run needs a name of its own.
    return fill(table, `run-${process.pid}-${Date.now()}`);
}

/** Replaces `{"$run": true}` by the name of this run, and `{"$repeat": [text, times]}` by a long text. */
function fill(value, run) {
    if (Array.isArray(value)) return value.map(item => fill(item, run));
    if (value === null || typeof value !== 'object') return value;
    if (value.$run === true) return run;
    if (Array.isArray(value.$repeat)) return value.$repeat[0].repeat(value.$repeat[1]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, run)]));
}

function splitHeader(line) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`\`${line}\` is not a header: write it as \`Name: value\``);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
