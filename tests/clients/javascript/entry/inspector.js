// Starts the Inspector, `@modelcontextprotocol/inspector`, with a home of its own and a trap for browsers.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@modelcontextprotocol/inspector/package.json';
const LAUNCHER = fileURLToPath(new URL('clients/launcher/build/index.js', import.meta.resolve(PACKAGE)));

/** What programs on Linux call to open a page. */
const OPENERS = ['xdg-open', 'sensible-browser', 'x-www-browser', 'www-browser', 'gio', 'wslview'];

/**
 * A folder that is home to one run: the Inspector remembers servers and logins at home.
 *
 * Whatever asks for a browser there gets a script instead, which writes the address down.
 */
export class Home {
    constructor() {
        this.path = mkdtempSync(join(tmpdir(), 'inspector-'));
        this.record = join(this.path, 'opened');
        const programs = join(this.path, 'bin');
        mkdirSync(programs);
        for (const opener of OPENERS) {
            const script = join(programs, opener);
            writeFileSync(script, `#!/bin/sh\necho "$@" >>'${this.record}'\n`);
            chmodSync(script, 0o755);
        }
        this.environment = {
            PATH: `${programs}:${process.env.PATH}`,
            HOME: this.path,
            BROWSER: join(programs, 'x-www-browser'),
            NO_COLOR: '1',
            // The machine's key ring is nobody's business here.
            MCP_INSPECTOR_SECRET_STORE: 'memory'
        };
    }

    /** The addresses that were to be opened in a browser so far. */
    opened() {
        return existsSync(this.record) ? readFileSync(this.record, 'utf8').trim().split('\n') : [];
    }

    /** Starts the Inspector with a command line; `environment` is added to that of this home, and `input` is typed in. */
    start(line, environment = {}, input = '') {
        const env = { ...this.environment, ...environment };
        const child = spawn(process.execPath, [LAUNCHER, ...line], { env, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
        child.stdin?.end(input);
        return child;
    }

    remove() {
        rmSync(this.path, { recursive: true, force: true });
    }
}

/** The options that carry headers. */
export function headerLine(headers) {
    return Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
}
