// What an administrator does, as requests with JSON.
//
//     POST /console/resources  {"identifier": "http://127.0.0.1:8080/mcp", "format": "opaque", "lifetime": 600, "scopes": ["mcp"],
//                               "client_id": "tollbar", "client_secret": ..., "method": "basic"}
//                              {"client_id": ..., "client_secret": ...}   of the resource, for introspection
//                              All but the identifier may be left out: id and secret are made up then.
//     POST /console/clients    {"name": "My agent", "redirect_uris": ["http://127.0.0.1/callback"]}
//                              {"client_id": ...}                          of an MCP client
//
// And for tests alone:
//
//     POST /console/tokens     see minting.js; answers {"token": ...}
//     POST /console/faults     {"fault": "slow", "paths": ["/token/introspection"]}: see faults.js
//     GET  /console/counts     {"/token/introspection": 3, ...}: how often each path was asked for

import { randomBytes } from 'node:crypto';
import { readBody } from './body.js';
import { FORMATS } from './resources.js';

/** How a resource says who it is. */
const METHODS = ['basic', 'post'];

export class Console {
    constructor({ provider, resources, minting, faults, counts }) {
        this.resources = resources;
        this.faults = faults;
        this.provider = provider;
        this.minting = minting;
        this.counts = counts;
    }

    async answer(path, request, response, limit) {
        try {
            const body = request.method === 'POST' ? JSON.parse(await readBody(request, limit)) : undefined;
            const answer = await this.#do(`${request.method} ${path}`, body);
            if (answer === undefined) return response.writeHead(404).end();
            response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(answer)}\n`);
        } catch (error) {
            response.writeHead(400, { 'content-type': 'application/json' }).end(`${JSON.stringify({ error: error.message })}\n`);
        }
    }

    async #do(what, body) {
        switch (what) {
            case 'POST /console/resources':
                return this.#addResource(body);
            case 'POST /console/clients':
                return this.#addClient(body);
            case 'POST /console/tokens':
                return { token: await this.minting.mint(this.provider, body) };
            case 'POST /console/faults':
                this.faults.switch(body.fault, body.paths);
                return {};
            case 'GET /console/counts':
                return Object.fromEntries(this.counts);
            default:
                return undefined;
        }
    }

    /** Registers a resource, and the client as which it may ask about tokens. */
    async #addResource({ identifier, format = 'opaque', lifetime, scopes, client_id: id, client_secret: secret = randomText(32), method = 'basic' }) {
        if (!URL.canParse(identifier)) throw new TypeError('`identifier` is the URL under which clients reach the resource');
        if (!FORMATS.includes(format)) throw new TypeError(`\`format\` is one of ${FORMATS.join(', ')}`);
        if (!METHODS.includes(method)) throw new TypeError(`\`method\` is one of ${METHODS.join(', ')}`);
        this.resources.add(identifier, { format, lifetime, scopes });
        return this.#register({
            client_id: id,
            client_secret: secret,
            grant_types: [],
            redirect_uris: [],
            response_types: [],
            token_endpoint_auth_method: `client_secret_${method}`
        });
    }

    /** Registers an MCP client that runs on its user's machine. */
    async #addClient({ name, redirect_uris: uris }) {
        return this.#register({
            application_type: 'native',
            client_name: name,
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: uris,
            token_endpoint_auth_method: 'none'
        });
    }

    async #register(metadata) {
        // The constructor judges it.
        const client = new this.provider.Client({ ...metadata, client_id: metadata.client_id ?? randomText(12) });
        await this.provider.Client.adapter.upsert(client.clientId, client.metadata());
        return { client_id: client.clientId, client_secret: metadata.client_secret };
    }
}

function randomText(bytes) {
    return randomBytes(bytes).toString('base64url');
}
