// The sessions of the server: each is somebody's own.

import { randomUUID } from 'node:crypto';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { buildServer } from './server.js';

export class Sessions {
    #open = new Map();

    /** Serves a request whose bearer is known. */
    async serve(request, response) {
        const id = request.get('mcp-session-id');
        if (id === undefined) {
            if (!isInitializeRequest(request.body)) return refuse(response, 400, -32000, 'a session id is needed');
            return this.#begin(request, response);
        }
        const session = this.#open.get(id);
        // A session of another user is none: a token that was renewed is still the user's.
        if (!session || session.subject !== request.auth.extra.subject) return refuse(response, 404, -32001, 'session not found');
        return session.transport.handleRequest(request, response, request.body);
    }

    /** Ends every session. */
    async close() {
        await Promise.allSettled([...this.#open.values()].map(({ transport }) => transport.close()));
    }

    async #begin(request, response) {
        const { subject } = request.auth.extra;
        const transport = new StreamableHTTPServerTransport({
            sessionIdGenerator: randomUUID,
            onsessioninitialized: id => void this.#open.set(id, { subject, transport })
        });
        transport.onclose = () => this.#open.delete(transport.sessionId);
        await buildServer().connect(transport);
        await transport.handleRequest(request, response, request.body);
    }
}

function refuse(response, status, code, message) {
    response.status(status).json({ jsonrpc: '2.0', error: { code, message }, id: null });
}
