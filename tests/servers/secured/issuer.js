// The authorization server, as this server sees it: its metadata, and what it says about tokens.

import { OAuthMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js';

/** How long it may take to answer, in milliseconds. */
const LIMIT = 5000;

export class Issuer {
    #client;

    constructor(metadata, client) {
        this.metadata = metadata;
        this.#client = client;
    }

    /** Reads the metadata of an issuer (RFC 8414). */
    static async discover(issuer, client) {
        const { origin, pathname } = new URL(issuer);
        const place = `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
        const response = await fetch(place, { signal: AbortSignal.timeout(LIMIT) });
        if (!response.ok) throw new Error(`${place} answers with ${response.status}`);
        const metadata = OAuthMetadataSchema.loose().parse(await response.json());
        if (metadata.issuer !== issuer) throw new Error(`${place} is about \`${metadata.issuer}\``);
        if (!metadata.introspection_endpoint) throw new Error(`${place} has no introspection endpoint`);
        return new Issuer(metadata, client);
    }

    /** What it says about a token (RFC 7662 section 2.2); an error when it cannot be asked. */
    async introspect(token) {
        const { id, secret } = this.#client;
        const basic = Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64');
        const response = await fetch(this.metadata.introspection_endpoint, {
            method: 'POST',
            headers: { authorization: `Basic ${basic}` },
            body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
            signal: AbortSignal.timeout(LIMIT)
        });
        if (!response.ok) throw new Error(`introspection answers with ${response.status}`);
        return response.json();
    }
}
