// The TypeScript SDK v1 connects and lists the tools.
//
//     node tests/clients/javascript/entry/typescript-v1.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { identity } from '../identity.js';
import { readOptions } from '../options.js';
import { report } from './entry.js';

const { url, headers, timeout } = readOptions(['legacy'], { tabled: false });
const client = new Client(identity);

await report(
    timeout,
    async () => {
        await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
        return (await client.listTools()).tools.map(tool => tool.name);
    },
    { leave: () => client.close() }
);
