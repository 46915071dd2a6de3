// One MCP server instance, for one session: some tools, and nothing else.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

/** Builds it. */
export function buildServer() {
    const server = new McpServer({ name: 'secured', version: '1.0.0' });
    const add = { description: 'Adds two numbers', inputSchema: { a: z.number(), b: z.number() } };
    server.registerTool('add', add, ({ a, b }) => say(`${a} + ${b} = ${a + b}`));
    server.registerTool('whoami', { description: 'Says who asks, as the token has it' }, ({ authInfo }) => {
        const { clientId, extra, resource, scopes } = authInfo;
        return say(JSON.stringify({ subject: extra.subject, client: clientId, resource: resource.href, scopes }));
    });
    server.registerTool('report', { description: 'Writes a report, which may need a scope of its own' }, () => say('All is well.'));
    server.registerTool('erase', { description: 'Erases everything' }, () => say('Everything is gone.'));
    return server;
}

function say(text) {
    return { content: [{ type: 'text', text }] };
}
