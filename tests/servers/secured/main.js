// An MCP server on the TypeScript SDK v1 that runs its own OAuth: it is a protected resource (RFC 9728), says so in its
// challenges, publishes its metadata, and has every token introspected at its authorization server (RFC 7662).
//
//     SECURED_SECRET=... node tests/servers/secured/main.js --authorization-server http://127.0.0.1:9090 [--port 0]
//                        [--client-id secured] [--challenge sdk] [--stepup] [--alias http://127.0.0.1:8080/mcp ...]
//
// It binds 127.0.0.1 only, serves `/mcp`, and its first line on stdout is `listening on http://127.0.0.1:<port>/mcp`.
// Port 0, the default, takes a free one. As `--client-id` and with the secret in SECURED_SECRET it asks the
// authorization server about tokens: both are what `POST /console/resources` there was told.
//
// `--challenge` is how it refuses: `sdk` is what the SDK writes, with the path form of the metadata. `paragraph` is
// `Bearer realm="example", resource_metadata="http://127.0.0.1:<port>/.well-known/oauth-protected-resource"`: a realm
// first, and metadata for the host as a whole.
//
// With `--stepup`, the tool `report` needs the scope `reports` beside `mcp`. A token has to be for this server, by the
// URL that its metadata has; each `--alias` is another URL that it answers to, such as that of a gateway before it.
// Aliases can also come later, and two requests tell what has happened:
//
//     POST /console/aliases   {"alias": "http://127.0.0.1:8080/mcp"}
//     GET  /console/requests  [{"method": "GET", "path": "/.well-known/...", "status": 200, "agent": "node"}, ...],
//                             in the order of their answers, since the last time that somebody asked; the agent is
//                             what `User-Agent` says, or else `MCP-Protocol-Version`
//
// Nothing protects them: this server is for one machine, and for nothing that has to stay secret.

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { buildApplication } from './application.js';
import { CHALLENGES } from './resource.js';
import { Issuer } from './issuer.js';

const options = readOptions();
const issuer = await Issuer.discover(options.issuer, options.client).catch(error => leave(1, error.message));

const server = createServer();
server.on('error', error => leave(1, `cannot listen on port ${options.port}: ${error.message}`));
server.listen(options.port, '127.0.0.1', () => {
    const url = new URL(`http://127.0.0.1:${server.address().port}/mcp`);
    const { application, sessions } = buildApplication(url, issuer, options);
    server.on('request', application);
    for (const signal of ['SIGTERM', 'SIGINT']) {
        process.once(signal, async () => {
            await sessions.close();
            server.close(() => process.exit(0));
            server.closeAllConnections();
        });
    }
    console.log(`listening on ${url.href}`);
});

function readOptions() {
    const { values } = parseArgs({
        options: {
            port: { type: 'string', default: '0' },
            'authorization-server': { type: 'string', default: '' },
            'client-id': { type: 'string', default: 'secured' },
            challenge: { type: 'string', default: CHALLENGES[0] },
            stepup: { type: 'boolean', default: false },
            alias: { type: 'string', multiple: true, default: [] }
        }
    });
    const { 'authorization-server': issuer, 'client-id': id, challenge, stepup, alias: aliases } = values;
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) leave(2, `\`${values.port}\` is not a port: give a number between 0 and 65535`);
    if (!URL.canParse(issuer)) leave(2, '--authorization-server is needed: the issuer of the tokens');
    if (!CHALLENGES.includes(challenge)) leave(2, `\`${challenge}\` is not a challenge: there are ${CHALLENGES.join(', ')}`);
    const wrong = aliases.find(alias => !URL.canParse(alias));
    if (wrong !== undefined) leave(2, `\`${wrong}\` is not a URL`);
    const secret = process.env.SECURED_SECRET;
    if (!secret) leave(2, 'SECURED_SECRET is needed: the secret of the client that may introspect tokens');
    return { port, issuer, client: { id, secret }, challenge, stepup, aliases };
}

function leave(code, message) {
    console.error(message);
    process.exit(code);
}
