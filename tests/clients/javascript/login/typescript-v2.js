// The TypeScript SDK v2 connects, logs its user in where that is asked for, lists the tools and calls one.
//
//     node tests/clients/javascript/login/typescript-v2.js --url http://127.0.0.1:8000/mcp --era auto --user ada --password lovelace

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { identity } from '../identity.js';
import { CALL, readLogin, run } from './login.js';

const MODES = { legacy: 'legacy', modern: { pin: '2026-07-28' }, auto: 'auto' };

const options = readLogin(['legacy', 'modern', 'auto']);
const { url, user, era } = options;

await run(options, async login => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider: login });
    let client;
    try {
        client = await connect(transport, login);
    } catch (error) {
        if (!(error instanceof UnauthorizedError) || !user) throw error;
        await transport.finishAuth(await login.answer(options));
        client = await connect(new StreamableHTTPClientTransport(url, { authProvider: login }), login);
    }
    const { tools } = await client.listTools();
    const { content } = await client.callTool(CALL);
    return { tools: tools.map(tool => tool.name), called: content[0].text };
});

async function connect(transport, login) {
    const client = new Client(identity, { versionNegotiation: { mode: MODES[era] } });
    login.leave = () => client.close();
    await client.connect(transport);
    return client;
}
