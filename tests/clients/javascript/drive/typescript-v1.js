// The TypeScript SDK v1, driven by the lines of its standard input: see drive.js.
//
//     node tests/clients/javascript/drive/typescript-v1.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { identity } from '../identity.js';
import { readOptions } from '../options.js';
import { drive } from './drive.js';

const { url, headers } = readOptions(['legacy'], { tabled: false });
const client = new Client(identity);
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));

await drive({
    list: (list, cursor) => {
        const methods = { tools: 'listTools', resources: 'listResources', templates: 'listResourceTemplates', prompts: 'listPrompts' };
        return client[methods[list]]({ cursor });
    },
    call: (name, given) => client.callTool({ name, arguments: given }),
    read: uri => client.readResource({ uri }),
    get: name => client.getPrompt({ name }),
    leave: () => client.close()
});
