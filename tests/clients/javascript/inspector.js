// The MCP Inspector, `@modelcontextprotocol/inspector`, on its command line: one process for every step.
//
//     node tests/clients/javascript/inspector.js --url http://127.0.0.1:8000/mcp --server everything --era legacy
//
// The Inspector needs Node 22.19 or later, and is started with the Node that runs this script.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Exchanges } from './exchanges.js';
import { readOptions } from './options.js';
import { Transcript } from './transcript.js';

const PACKAGE = '@modelcontextprotocol/inspector/package.json';
const LAUNCHER = fileURLToPath(new URL('clients/launcher/build/index.js', import.meta.resolve(PACKAGE)));

/** What is asked of every server, before the lines of its table. */
const ALWAYS = [
    ...['initialize', 'tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'].map(method => ({ line: ['--method', method] })),
    // The modern era has no setLevel, and `auto` leaves the era to the server.
    { line: ['--method', 'logging/setLevel', '--log-level', 'debug'], expect: { legacy: 'result', modern: 'error', auto: 'any' } }
];

/** The longest that a whole run may take, in milliseconds. */
const LONGEST = 180_000;

const options = readOptions(['legacy', 'modern', 'auto']);
const { table, era } = options;
// The Inspector remembers servers and logins at home: a home of its own keeps runs alike.
const home = mkdtempSync(join(tmpdir(), 'inspector-'));
// Requests are made by other processes, so that there is nothing to record.
const transcript = new Transcript(options.timeout, new Exchanges({}));
const deadline = Date.now() + LONGEST;
let hung = false;
let code;
try {
    const spoken = table.eras === undefined || era === 'auto' || table.eras.includes(era);
    const lines = spoken ? [...ALWAYS, ...(table.inspector ?? [])] : ALWAYS.slice(0, 1);
    for (const { line, expect = 'result' } of lines) {
        const step = `inspector ${line.slice(1).join(' ')}`;
        await transcript.step(step, spoken ? (expect[era] ?? expect) : 'error', () => inspect(line));
        // When the first step fails there is nobody to ask any more.
        if (transcript.failures > 0 && transcript.steps === 1) break;
        if (Date.now() > deadline) {
            console.error('the run did not end in time');
            hung = true;
            break;
        }
    }
    if (!spoken) await transcript.skip('everything else', `the server does not speak the ${era} era`);
} finally {
    rmSync(home, { recursive: true, force: true });
    code = hung ? 3 : transcript.finish();
}
process.exit(code);

/** Runs one command line; its JSON, on stdout or on stderr, is the outcome. */
async function inspect(line) {
    const { url, headers, timeout } = options;
    const headerLines = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
    const fixed = ['--cli', url.href, '--transport', 'http', '--format', 'json', '--quiet', '--protocol-era', era];
    const child = spawn(process.execPath, [LAUNCHER, ...fixed, ...headerLines, ...line], {
        env: { PATH: process.env.PATH, HOME: home, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), new Promise(resolve => child.on('close', resolve))]);
    const { exitCode, signalCode } = child;
    if (signalCode !== null) throw new Error(`the Inspector was ended by ${signalCode}`);
    if (exitCode === 0) return JSON.parse(out);
    const envelope = err.split('\n').find(one => one.startsWith('{"error"'));
    // A tool that fails is a result with a code of its own.
    const told = out.startsWith('{') ? JSON.parse(out) : envelope ? JSON.parse(envelope) : { error: { message: err } };
    return { ...told, exitCode };
}

async function text(stream) {
    let all = '';
    for await (const chunk of stream.setEncoding('utf8')) all += chunk;
    return all;
}
