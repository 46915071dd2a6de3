// The TypeScript SDK v2, driven by the lines of its standard input: see drive.js.
//
//     node tests/clients/javascript/drive/typescript-v2.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY' --era auto

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { identity } from '../identity.js';
import { readOptions } from '../options.js';
import { drive } from './drive.js';

const MODES = { legacy: 'legacy', modern: { pin: '2026-07-28' }, auto: 'auto' };

const { url, headers, era } = readOptions(['legacy', 'modern', 'auto'], { tabled: false });
const client = new Client(identity, { versionNegotiation: { mode: MODES[era] } });
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));

// A list may be kept for as long as the server says: here every one is to be asked for.
const anew = { cacheMode: 'refresh' };

await drive({
    list: (list, cursor) => {
        const methods = { tools: 'listTools', resources: 'listResources', templates: 'listResourceTemplates', prompts: 'listPrompts' };
        return client[methods[list]](cursor === undefined ? undefined : { cursor }, anew);
    },
    call: (name, given) => client.callTool({ name, arguments: given }),
    read: uri => client.readResource({ uri }, anew),
    get: name => client.getPrompt({ name }),
    leave: () => client.close()
});
