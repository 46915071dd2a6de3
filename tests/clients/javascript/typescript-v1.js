// The TypeScript SDK v1, `@modelcontextprotocol/sdk`: the legacy era only.
//
//     node tests/clients/javascript/typescript-v1.js --url http://127.0.0.1:8000/mcp --server everything

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
    CallToolResultSchema,
    CreateMessageRequestSchema,
    ElicitRequestSchema,
    ListRootsRequestSchema,
    ResultSchema
} from '@modelcontextprotocol/sdk/types.js';
import { withoutFinishedStreams } from './finished-streams.js';
import { answered, capabilities, identity } from './identity.js';
import { readOptions } from './options.js';
import { tell } from './story.js';

const SCHEMAS = [CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema];
const LISTS = { tools: 'listTools', resources: 'listResources', resourceTemplates: 'listResourceTemplates', prompts: 'listPrompts' };

class Peer {
    era = 'legacy';
    can = ['tasks'];

    constructor({ url, exchanges, observations, timeout }) {
        this.options = { timeout };
        const fetch = withoutFinishedStreams(exchanges.fetch);
        this.client = new Client(identity, { capabilities });
        for (const [index, schema] of SCHEMAS.entries()) {
            this.client.setRequestHandler(schema, request => observations.answer(answered[index], request.params));
        }
        this.client.fallbackNotificationHandler = async ({ method, params }) => observations.note(method, params);
        this.open = sessionId => new StreamableHTTPClientTransport(url, { fetch, ...(sessionId && { sessionId }) });
        this.transport = this.open();
    }

    async connect() {
        await this.client.connect(this.transport, this.options);
        this.capabilities = this.client.getServerCapabilities();
        this.session = this.transport.sessionId;
        return this;
    }

    describe() {
        return {
            protocolVersion: this.transport.protocolVersion,
            serverInfo: this.client.getServerVersion(),
            capabilities: this.capabilities,
            instructions: this.client.getInstructions(),
            session: this.session !== undefined
        };
    }

    request(method, params) {
        return this.client.request({ method, params }, ResultSchema, this.options);
    }

    list(kind) {
        return this.client[LISTS[kind]](undefined, this.options);
    }

    callTool(params, options) {
        return this.client.callTool(params, CallToolResultSchema, { ...this.options, ...options });
    }

    async callAsTask(params) {
        const told = [];
        for await (const { type, task, result, error } of this.client.experimental.tasks.callToolStream(params, CallToolResultSchema, this.options)) {
            // What the client hears in between depends on when it asks.
            if (type !== 'taskStatus') told.push({ type, status: task?.status, result, error: error?.message });
        }
        return told;
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
        transport.setProtocolVersion(this.transport.protocolVersion);
        await transport.start();
        try {
            await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
        } finally {
            await transport.close();
        }
        return { result: {} };
    }
}

await tell(readOptions(['legacy']), story => new Peer(story).connect());
