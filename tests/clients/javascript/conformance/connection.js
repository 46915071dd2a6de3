// A connection on which a user logs in as often as the server asks for it.

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

/** How often a request is sent again after a login. Who is sent to the page once more then, has been there three times. */
const LOGINS = 2;

/** What a client can do, unless a scenario says otherwise. */
const CAPABILITIES = { elicitation: {}, roots: {}, sampling: {} };

/**
 * Connects to the suite's server, in the revision that it wants.
 *
 * `user` logs in where that is asked for; any other `authProvider` has its tokens without one.
 */
export async function connect({ url, modern }, { user, authProvider = user, capabilities = CAPABILITIES } = {}) {
    const versionNegotiation = { mode: modern ? 'auto' : 'legacy' };
    let transport;
    const stream = Promise.withResolvers();
    const noting = async (address, init) => {
        const response = await fetch(address, init);
        if (init?.method === 'GET' && response.ok) stream.resolve();
        return response;
    };
    const open = async () => {
        const client = new Client({ name: 'tollbar-conformance', version: '1.0.0' }, { capabilities, versionNegotiation });
        transport = new StreamableHTTPClientTransport(url, { authProvider, fetch: noting });
        await client.connect(transport);
        return client;
    };
    const client = await loggedIn(open, user, () => transport);
    return new Connection(client, user, transport, modern ? Promise.resolve() : stream.promise);
}

/** The requests that the scenarios send. */
class Connection {
    constructor(client, user, transport, listening) {
        this.client = client;
        this.user = user;
        this.transport = transport;
        /** Settled when the server can send something that answers no request, which is lost otherwise. */
        this.listening = listening;
    }

    /** Does something with the client, and does it again once the user has logged in. */
    ask(what) {
        return loggedIn(() => what(this.client), this.user, () => this.transport);
    }

    async tools() {
        const { tools } = await this.ask(client => client.listTools());
        return tools;
    }

    call(name, given = {}) {
        return this.ask(client => client.callTool({ name, arguments: given }));
    }

    close() {
        return this.client.close();
    }
}

async function loggedIn(what, user, transport) {
    for (let login = 0; ; login++) {
        try {
            return await what();
        } catch (error) {
            if (!(error instanceof UnauthorizedError) || !user?.isBack || login === LOGINS) throw error;
            await transport().finishAuth(user.answer());
        }
    }
}
