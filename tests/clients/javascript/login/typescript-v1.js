// The TypeScript SDK v1 connects, logs its user in where that is asked for, lists the tools and calls one.
//
//     node tests/clients/javascript/login/typescript-v1.js --url http://127.0.0.1:8000/mcp --user ada --password lovelace

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { identity } from '../identity.js';
import { CALL, pause, readLogin, run } from './login.js';

const options = readLogin(['legacy']);
const { url, user, further } = options;

await run(options, async login => {
    let transport = new StreamableHTTPClientTransport(url, { authProvider: login });
    let client;
    try {
        client = await connect(transport, login);
    } catch (error) {
        if (!(error instanceof UnauthorizedError) || !user) throw error;
        await transport.finishAuth((await login.answer(options)).get('code'));
        transport = new StreamableHTTPClientTransport(url, { authProvider: login });
        client = await connect(transport, login);
    }
    const { tools } = await client.listTools();
    const { content } = await client.callTool(CALL);
    const more = further && (await callFurther(client, transport, login));
    return { tools: tools.map(tool => tool.name), called: content[0].text, further: more };
});

async function connect(transport, login) {
    const client = new Client(identity);
    login.leave = () => client.close();
    await client.connect(transport);
    return client;
}

/** Calls the further tool; the user logs in for more on the way, and the session goes on. */
async function callFurther(client, transport, login) {
    const call = async () => (await client.callTool({ name: further, arguments: {} })).content[0].text;
    await pause(options);
    try {
        return await call();
    } catch (error) {
        if (!(error instanceof UnauthorizedError) || !user) throw error;
        await transport.finishAuth((await login.answer(options)).get('code'));
        return call();
    }
}
