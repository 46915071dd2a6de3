// The TypeScript SDK v2 connects and lists the tools.
//
//     node tests/clients/javascript/entry/typescript-v2.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY' --era auto

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { identity } from '../identity.js';
import { readOptions } from '../options.js';
import { report } from './entry.js';

const MODES = { legacy: 'legacy', modern: { pin: '2026-07-28' }, auto: 'auto' };

const { url, headers, timeout, era } = readOptions(['legacy', 'modern', 'auto'], { tabled: false });
const client = new Client(identity, { versionNegotiation: { mode: MODES[era] } });

await report(
    timeout,
    async () => {
        await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
        return (await client.listTools()).tools.map(tool => tool.name);
    },
    { leave: () => client.close() }
);
