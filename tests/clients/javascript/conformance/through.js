// The same client, with a gateway before the suite's server.
//
//     TOLLBAR_GATEWAY=target/debug/tollbar-gateway \
//         node tests/conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js client \
//         --command 'node tests/clients/javascript/conformance/through.js' --scenario auth/metadata-default
//
// A gateway is started for the server's URL, and the client with the gateway's. Where the server asks for tokens, the
// gateway relays. What the gateway has said is written to standard error once the client has ended.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readScenario } from './scenario.js';

/** How long the gateway may take to listen, in milliseconds. */
const STARTING = 15_000;

const client = fileURLToPath(new URL('main.js', import.meta.url));
const scenario = readScenario();
const folder = mkdtempSync(join(tmpdir(), 'tollbar-conformance-'));
const said = [];
let gateway;
try {
    const file = join(folder, 'gateway.toml');
    writeFileSync(file, configuration(scenario));
    gateway = spawn(process.env.TOLLBAR_GATEWAY, ['--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    process.exitCode = await run(await listening(gateway));
} finally {
    gateway?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
    console.error(said.join('\n'));
}

/** A proxy before the scenario's server. */
function configuration({ name, url }) {
    return `
[listener]
address = "127.0.0.1:0"

[[proxy]]
name = "suite"
path = "/mcp"
upstream.url = "${url.href}"

${entry(name, url)}
`;
}

/** Who may come in: whom the server lets in, where it asks for tokens, and everybody where it does not. */
function entry(name, { origin }) {
    if (!name.startsWith('auth/')) return '[[proxy.plan]]\ntype = "keyless"';
    const relay = ['[proxy.relay]'];
    // Servers of 2025-03-26 have no metadata of their own; one of them has not even that of an authorization server.
    if (name.startsWith('auth/2025-03-26-')) relay.push('mode = "synthesised"');
    if (name === 'auth/2025-03-26-oauth-endpoint-fallback') relay.push(`authorization_servers = ["${origin}"]`);
    return relay.join('\n');
}

/** Waits until the gateway has said under which URL it listens. */
function listening(program) {
    return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('the gateway does not listen')), STARTING);
        for (const output of [program.stdout, program.stderr]) {
            createInterface({ input: output }).on('line', line => {
                said.push(line);
                if (!line.startsWith('{"') || !line.includes('"listening"')) return;
                clearTimeout(late);
                resolve(JSON.parse(line).listening);
            });
        }
        program.on('error', reject);
        program.on('close', code => reject(new Error(`the gateway has ended with ${code}`)));
    });
}

async function run(url) {
    const running = spawn(process.execPath, [client, url], { stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(running, 'close');
    return code ?? 1;
}
