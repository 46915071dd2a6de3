// A dual-era MCP server on the TypeScript SDK v2, made to be put behind a gateway.
//
//     node tests/servers/typescript-v2/main.js [--port 0]
//
// It binds 127.0.0.1 only, serves `/mcp`, and its first line on stdout is
// `listening on http://127.0.0.1:<port>/mcp`. Port 0, the default, takes a free one.
// SIGTERM and SIGINT close every stream and end the process with code 0.
//
// Every answer is a function of the request alone: no clock, no chance, and no state that one
// client could leave behind for the next, because transcripts of several clients are compared.

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { Changes } from './changes.js';
import { buildServer } from './server.js';
import { Sessions } from './sessions.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error(`\`${values.port}\` is not a port: give a number between 0 and 65535`);
    process.exit(2);
}

const changes = new Changes();
const modern = createMcpHandler(context => buildServer({ era: context.era, changes }), {
    // The SDK's own answer to legacy traffic is stateless; ours has sessions, and stands before it.
    legacy: 'reject',
    onerror: error => console.error(`modern: ${error.message}`)
});
changes.deliverTo(modern.notify);
const serveModern = toNodeHandler(modern, { onerror: error => console.error(`modern: ${error.message}`) });
const sessions = new Sessions(changes);

const isLocalHost = localhostHostValidation();
const isLocalOrigin = localhostOriginValidation();
const server = createServer(async (request, response) => {
    if (!isLocalHost(request, response) || !isLocalOrigin(request, response)) return;
    if (new URL(request.url, 'http://localhost').pathname !== '/mcp') {
        response.writeHead(404).end();
        return;
    }
    try {
        await sessions.serve(request, response, serveModern);
    } catch (error) {
        console.error(`legacy: ${error.stack}`);
        if (!response.headersSent) response.writeHead(500);
        response.end();
    }
});

server.on('error', error => {
    console.error(`cannot listen on port ${port}: ${error.message}`);
    process.exit(1);
});
server.listen(port, '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}/mcp`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
        await Promise.allSettled([modern.close(), sessions.close()]);
        server.close(() => process.exit(0));
        server.closeAllConnections();
    });
}
