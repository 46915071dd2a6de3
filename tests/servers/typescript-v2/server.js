// One MCP server instance: for a legacy session, or for one modern request.

import { McpServer, createRequestStateCodec } from '@modelcontextprotocol/server';
import { page } from './pages.js';
import { prompts, registerPrompts } from './prompts.js';
import { registerResources, resources, templates } from './resources.js';
import { contentTools } from './tools/content.js';
import { inputTools } from './tools/input.js';
import { plainTools } from './tools/plain.js';
import { streamTools } from './tools/stream.js';
import { registerTools } from './tools/register.js';

/** Signs the state of answers in several rounds; a fixed key keeps transcripts alike. */
const codec = createRequestStateCodec({ key: 'a key for tests, known to everybody', ttlSeconds: 600 });

/**
 * Builds the server for one era.
 *
 * Every list is paginated: tools by eight, resources by three, templates and prompts by two.
 */
export function buildServer({ era, changes }) {
    const mcp = new McpServer(
        { name: 'typescript-v2', title: 'TypeScript SDK v2', version: '1.0.0' },
        {
            instructions: 'Ask for anything: the answers never change.',
            capabilities: {
                logging: {},
                completions: {},
                prompts: { listChanged: true },
                resources: { listChanged: true, subscribe: true },
                tools: { listChanged: true }
            },
            requestState: { verify: codec.verify },
            cacheHints: { 'tools/list': { ttlMs: 0, cacheScope: 'public' } }
        }
    );
    const subscribed = new Set();
    const context = { era, changes, codec, server: mcp.server, subscribed };
    const tools = [...plainTools, ...contentTools, ...streamTools(context), ...inputTools(context)];
    registerTools(mcp, tools);
    registerResources(mcp);
    registerPrompts(mcp);

    // The SDK lists everything on one page, so the lists are answered here.
    const lists = [
        ['tools/list', 'tools', tools.map(tool => tool.definition), 8],
        ['resources/list', 'resources', resources, 3],
        ['resources/templates/list', 'resourceTemplates', templates, 2],
        ['prompts/list', 'prompts', prompts, 2]
    ];
    for (const [method, kind, items, size] of lists) {
        mcp.server.setRequestHandler(method, request => page(kind, items, size, request.params?.cursor));
    }
    if (era === 'legacy') {
        mcp.server.setRequestHandler('resources/subscribe', request => {
            subscribed.add(request.params.uri);
            return {};
        });
        mcp.server.setRequestHandler('resources/unsubscribe', request => {
            subscribed.delete(request.params.uri);
            return {};
        });
    }
    return mcp;
}
