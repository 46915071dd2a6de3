// The legacy era: sessions, GET streams, DELETE, and resumption.

import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport, toWebRequest } from '@modelcontextprotocol/node';
import { isInitializeRequest, isLegacyRequest } from '@modelcontextprotocol/server';
import { EventStore } from './events.js';
import { buildServer } from './server.js';

/** How soon a client should come back to a stream that the server closed, in milliseconds. */
const RETRY = 200;

/** Every open session, and the switch between the eras. */
export class Sessions {
    #changes;
    #transports = new Map();

    constructor(changes) {
        this.#changes = changes;
    }

    /** Serves legacy requests, and hands all others to `serveModern`. */
    async serve(request, response, serveModern) {
        if (request.method !== 'POST') return this.#existing(request, response);
        const copy = await toWebRequest(request);
        let body;
        try {
            body = JSON.parse(await copy.clone().text());
        } catch {
            return refuse(response, 400, -32700, 'parse error');
        }
        if (!(await isLegacyRequest(copy, body))) return serveModern(request, response, body);
        if (request.headers['mcp-session-id'] !== undefined) return this.#existing(request, response, body);
        if (!isInitializeRequest(body)) return refuse(response, 400, -32000, 'a session id is needed');
        return this.#open(request, response, body);
    }

    /** Ends every session. */
    async close() {
        await Promise.allSettled([...this.#transports.values()].map(transport => transport.close()));
    }

    async #open(request, response, body) {
        const transport = new NodeStreamableHTTPServerTransport({
            sessionIdGenerator: randomUUID,
            eventStore: new EventStore(),
            retryInterval: RETRY,
            onsessioninitialized: id => void this.#transports.set(id, transport)
        });
        transport.onclose = () => this.#transports.delete(transport.sessionId);
        await buildServer({ era: 'legacy', changes: this.#changes }).connect(transport);
        await transport.handleRequest(request, response, body);
    }

    async #existing(request, response, body) {
        const id = request.headers['mcp-session-id'];
        // Without a session there is nothing to GET or DELETE: so says the modern era, and so do we.
        if (id === undefined) return refuse(response, 405, -32000, 'method not allowed', { allow: 'POST' });
        const transport = this.#transports.get(id);
        if (transport === undefined) return refuse(response, 404, -32001, 'session not found');
        return transport.handleRequest(request, response, body);
    }
}

function refuse(response, status, code, message, headers = {}) {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }));
}
