// The protected resource: who it is, where that is told, whose tokens it takes, and how it refuses all others.

import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { getOAuthProtectedResourceMetadataUrl, mcpAuthMetadataRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';

/** What everybody needs who comes in, and what the tool `report` needs beside it. */
const SCOPE = 'mcp';
const FURTHER = 'reports';

/** The kinds of challenges. */
export const CHALLENGES = ['sdk', 'paragraph'];

export class Resource {
    #issuer;
    #paragraph;
    #audiences;

    constructor(url, issuer, { challenge, aliases }) {
        this.#issuer = issuer;
        this.#paragraph = challenge === 'paragraph';
        // The metadata for the host as a whole is about the host as a whole (RFC 9728 section 3.1).
        this.identifier = this.#paragraph ? new URL('/', url) : url;
        this.metadataUrl = getOAuthProtectedResourceMetadataUrl(this.identifier);
        this.#audiences = new Set([this.identifier.href, ...aliases].map(plain));
    }

    /** Takes tokens for another URL, too. */
    addAlias(alias) {
        this.#audiences.add(plain(new URL(alias).href));
    }

    /** The routes of the metadata. */
    metadata() {
        return mcpAuthMetadataRouter({
            oauthMetadata: this.#issuer.metadata,
            resourceServerUrl: this.identifier,
            scopesSupported: [SCOPE],
            resourceName: 'A secured server'
        });
    }

    /** Lets nobody pass without a good token; `further` asks for the further scope. */
    guard({ further = false } = {}) {
        const check = requireBearerAuth({
            verifier: { verifyAccessToken: token => this.#verify(token) },
            requiredScopes: further ? [SCOPE, FURTHER] : [SCOPE],
            resourceMetadataUrl: this.metadataUrl
        });
        if (!this.#paragraph) return check;
        return (request, response, next) => {
            const set = response.set.bind(response);
            response.set = (name, value) => set(name, name === 'WWW-Authenticate' ? this.#rewritten(value) : value);
            return check(request, response, next);
        };
    }

    /** The challenge of the SDK, with a realm first; a 401 says no more than where the metadata is. */
    #rewritten(challenge) {
        const begin = `Bearer realm="example", resource_metadata="${this.metadataUrl}"`;
        if (!challenge.includes('error="insufficient_scope"')) return begin;
        return `${begin}, error="insufficient_scope", scope="${SCOPE} ${FURTHER}"`;
    }

    async #verify(token) {
        const { active, aud, client_id: clientId, exp: expiresAt, iss, scope = '', sub } = await this.#issuer.introspect(token);
        if (active !== true) throw new InvalidTokenError('The token has ended, or was never issued');
        if (iss !== this.#issuer.metadata.issuer) throw new InvalidTokenError('The token is of another issuer');
        const resource = [aud].flat().find(one => typeof one === 'string' && this.#audiences.has(plain(one)));
        if (resource === undefined) throw new InvalidTokenError('The token is for another resource');
        return { token, clientId, expiresAt, resource: new URL(resource), scopes: scope.split(' '), extra: { subject: sub } };
    }
}

/** A slash at the end makes no difference: clients add one, or take one off. */
function plain(url) {
    return url.replace(/\/$/, '');
}
