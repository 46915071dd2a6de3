// The protected resources that are registered here (RFC 8707): what tokens are for.

/** The formats of access tokens. */
export const FORMATS = ['opaque', 'jwt'];

export class Resources {
    #resources = new Map();
    #lifetime;
    #scopes;

    constructor({ lifetime, scopes }) {
        this.#lifetime = lifetime;
        this.#scopes = scopes;
    }

    /** Registers one by its identifier, a URL. Tokens for it are `opaque` or `jwt`, and live for some seconds. */
    add(identifier, { format = 'opaque', lifetime = this.#lifetime, scopes = this.#scopes } = {}) {
        this.#resources.set(key(identifier), {
            audience: identifier,
            scope: scopes.join(' '),
            accessTokenFormat: format,
            accessTokenTTL: lifetime,
            jwt: { sign: { alg: 'RS256' } }
        });
    }

    /** What `oidc-provider` has to know of one, in an object of its own; nothing when it is not registered. */
    get(identifier) {
        const found = this.#resources.get(key(identifier));
        return found && { ...found };
    }
}

/** A slash at the end makes no difference: clients add one, or take one off. */
function key(identifier) {
    return identifier.replace(/\/$/, '');
}
