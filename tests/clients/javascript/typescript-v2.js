// The TypeScript SDK v2, `@modelcontextprotocol/client`: both eras, and the choice between them.
//
//     node tests/clients/javascript/typescript-v2.js --url http://127.0.0.1:8000/mcp --server typescript-v2 --era auto

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { answered, capabilities, identity } from './identity.js';
import { readOptions } from './options.js';
import { tell } from './story.js';

const MODERN = '2026-07-28';
const MODES = { legacy: 'legacy', modern: { pin: MODERN }, auto: 'auto' };
const LISTS = { tools: 'listTools', resources: 'listResources', resourceTemplates: 'listResourceTemplates', prompts: 'listPrompts' };

class Peer {
    can = [];

    constructor({ url, exchanges, observations, timeout, era }) {
        this.options = { timeout };
        this.client = new Client(identity, { capabilities, versionNegotiation: { mode: MODES[era] } });
        for (const method of answered) {
            this.client.setRequestHandler(method, request => observations.answer(method, request.params));
        }
        this.client.fallbackNotificationHandler = async ({ method, params }) => observations.note(method, params);
        this.open = sessionId => new StreamableHTTPClientTransport(url, { fetch: exchanges.fetch, ...(sessionId && { sessionId }) });
        this.transport = this.open();
    }

    async connect() {
        await this.client.connect(this.transport, this.options);
        this.capabilities = this.client.getServerCapabilities();
        this.version = this.client.getNegotiatedProtocolVersion();
        this.era = this.version >= MODERN ? 'modern' : 'legacy';
        this.session = this.transport.sessionId;
        return this;
    }

    describe() {
        return {
            protocolVersion: this.version,
            serverInfo: this.client.getServerVersion(),
            capabilities: this.capabilities,
            instructions: this.client.getInstructions(),
            session: this.session !== undefined
        };
    }

    request(method, params) {
        return this.client.request({ method, params }, loose, this.options);
    }

    list(kind) {
        return this.client[LISTS[kind]](undefined, this.options);
    }

    callTool(params, options) {
        return this.client.callTool(params, { ...this.options, ...options });
    }

    async listen(filter) {
        const subscription = await this.client.listen(filter, this.options);
        return {
            honoured: subscription.honoredFilter,
            close: async () => {
                await subscription.close();
                return subscription.closed;
            }
        };
    }

    ping = () => this.client.ping(this.options);
    readResource = params => this.client.readResource(params, this.options);
    getPrompt = params => this.client.getPrompt(params, this.options);
    complete = params => this.client.complete(params, this.options);
    setLevel = level => this.client.setLoggingLevel(level, this.options);
    subscribe = params => this.client.subscribeResource(params, this.options);
    unsubscribe = params => this.client.unsubscribeResource(params, this.options);
    sendRootsListChanged = () => this.client.sendRootsListChanged();
    terminate = () => this.transport.terminateSession();
    close = () => this.client.close();

    /** Uses the session once more, although it has ended. */
    async afterTheEnd() {
        const transport = this.open(this.session);
        transport.setProtocolVersion(this.version);
        await transport.start();
        try {
            await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
        } finally {
            await transport.close();
        }
        return { result: {} };
    }
}

/** Takes every result as it is, so that nothing that the server sent is lost. */
const loose = { '~standard': { version: 1, vendor: 'tollbar-tests', validate: value => ({ value }) } };

await tell(readOptions(['legacy', 'modern', 'auto']), story => new Peer(story).connect());
