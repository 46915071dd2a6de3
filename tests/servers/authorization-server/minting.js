// Tokens for tests, made without anybody logging in, and with anything in them.

/** Who the tokens are given to. */
const CLIENT = 'tests';

export class Minting {
    /** The client of these tokens, which may also revoke them. */
    client = {
        client_id: CLIENT,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        token_endpoint_auth_method: 'none'
    };

    #resources;
    /** What is to be changed in a JWT, by its unsigned token. */
    #changes = new WeakMap();
    /** What is to be changed in the answer about an opaque token, by the token. */
    #answers = new Map();

    constructor(resources) {
        this.#resources = resources;
    }

    /**
     * Makes a token for a resource, as if `subject` had logged in.
     *
     * `format` and `lifetime` (seconds; less than 0 makes one that has expired) are those of the resource if
     * not given. `claims` are put over what the JWT says, or over what introspection answers; `null`
     * takes one away. `header` does the same with the header of a JWT.
     */
    async mint(provider, { resource: identifier, subject = 'ada', scope = '', format, lifetime, claims = {}, header = {} }) {
        const resource = this.#resources.get(identifier);
        if (!resource) throw new TypeError(`\`${identifier}\` is not registered`);
        if (format) resource.accessTokenFormat = format;
        const client = await provider.Client.find(CLIENT);
        const grant = new provider.Grant({ accountId: subject, clientId: CLIENT });
        grant.addResourceScope(identifier, scope);
        const token = new provider.AccessToken({
            accountId: subject,
            client,
            expiresIn: lifetime ?? resource.accessTokenTTL,
            grantId: await grant.save(),
            gty: 'authorization_code',
            resourceServer: new provider.ResourceServer(identifier, resource),
            scope
        });
        this.#changes.set(token, { claims, header });
        const value = await token.save();
        if (resource.accessTokenFormat === 'opaque') this.#answers.set(value, claims);
        return value;
    }

    /** Changes what a JWT says, before it is signed. */
    customise(token, parts) {
        const changes = this.#changes.get(token);
        if (!changes) return;
        put(parts.payload, changes.claims);
        parts.header = changes.header;
    }

    /** Changes what introspection answers, to whoever may ask. */
    async change(context, next) {
        await next();
        if (context.oidc?.route !== 'introspection' || context.body?.active !== true) return;
        put(context.body, this.#answers.get(context.oidc.params.token) ?? {});
    }
}

function put(claims, changes) {
    for (const [name, value] of Object.entries(changes)) {
        if (value === null) delete claims[name];
        else claims[name] = value;
    }
}
