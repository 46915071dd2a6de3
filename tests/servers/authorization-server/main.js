// An OAuth 2.0 authorization server for tests and guides, on `oidc-provider`. Everything is in memory.
//
//     node tests/servers/authorization-server/main.js [--port 0] [--scopes 'mcp tools:read'] [--lifetime 600]
//                                                     [--no-registration] [--no-sign-up]
//
// It binds 127.0.0.1 only, and its first line on stdout is `listening on http://127.0.0.1:<port>`, which is
// its issuer. Port 0, the default, takes a free one.
//
// `--scopes` are those that clients can ask for; `--lifetime` is that of access tokens in seconds;
// `--no-registration` keeps clients from registering themselves (RFC 7591), and `--no-sign-up` keeps users
// from making an account while they log in. The user `ada` is there from the start, with the password
// `lovelace`.
//
// What an administrator would do on the pages of a console is done by requests to `/console`: see console.js.
// Nothing protects them: this server is for one machine, and for nothing that has to stay secret.

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Accounts } from './accounts.js';
import { Console } from './console.js';
import { Faults } from './faults.js';
import { Interactions } from './interactions.js';
import { Minting } from './minting.js';
import { buildProvider } from './provider.js';
import { Resources } from './resources.js';

/** The most that a form or a request to the console may have, in bytes. */
const LIMIT = 64 * 1024;

const options = readOptions();
const accounts = new Accounts();
accounts.add('ada', 'lovelace');
const faults = new Faults();
const resources = new Resources(options);
const counts = new Map();

const server = createServer();
server.on('error', error => {
    console.error(`cannot listen on port ${options.port}: ${error.message}`);
    process.exit(1);
});
server.listen(options.port, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const minting = new Minting(resources);
    const provider = buildProvider(issuer, { ...options, accounts, resources, minting });
    const desk = new Console({ provider, resources, minting, faults, counts });
    const interactions = new Interactions(provider, accounts, options);
    const passOn = provider.callback();
    server.on('request', async (request, response) => {
        const { pathname } = new URL(request.url, issuer);
        try {
            if (pathname.startsWith('/console/')) return await desk.answer(pathname, request, response, LIMIT);
            counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
            if (faults.strike(pathname, request, response)) return;
            if (pathname.startsWith('/interaction/')) return await interactions.answer(pathname, request, response, LIMIT);
            await passOn(request, response);
        } catch (error) {
            console.error(`${request.method} ${pathname}: ${error.stack}`);
            if (!response.headersSent) response.writeHead(500);
            response.end();
        }
    });
    console.log(`listening on ${issuer}`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
        server.close(() => process.exit(0));
        server.closeAllConnections();
    });
}

function readOptions() {
    const { values } = parseArgs({
        allowNegative: true,
        options: {
            port: { type: 'string', default: '0' },
            scopes: { type: 'string', default: 'mcp' },
            lifetime: { type: 'string', default: '600' },
            registration: { type: 'boolean', default: true },
            'sign-up': { type: 'boolean', default: true }
        }
    });
    const port = Number(values.port);
    const lifetime = Number(values.lifetime);
    if (!Number.isInteger(port) || port < 0 || port > 65535) leave(`\`${values.port}\` is not a port: give a number between 0 and 65535`);
    if (!Number.isInteger(lifetime) || lifetime < 1) leave(`\`${values.lifetime}\` is not a whole number of seconds`);
    const scopes = values.scopes.split(' ').filter(scope => scope !== '');
    return { port, scopes, lifetime, registration: values.registration, signUp: values['sign-up'] };
}

function leave(message) {
    console.error(message);
    process.exit(2);
}
