// How `oidc-provider` is set up.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { errors, Provider } from 'oidc-provider';

/** How long grants, sessions and what belongs to them live, in seconds: longer than any test. */
const DAY = 24 * 60 * 60;

/** Builds the provider for an issuer. */
export function buildProvider(issuer, { accounts, resources, minting, scopes, registration, lifetime }) {
    const provider = new Provider(issuer, {
        clients: [minting.client],
        clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
        // `oidc-provider` allows 15 seconds after its own expiry; tests want to see the second itself.
        clockTolerance: 0,
        cookies: { keys: [randomBytes(32).toString('hex')] },
        features: {
            devInteractions: { enabled: false },
            introspection: { enabled: true, allowedPolicy: (_, client) => client.clientAuthMethod !== 'none' },
            registration: { enabled: registration, issueRegistrationAccessToken: false },
            resourceIndicators: {
                enabled: true,
                getResourceServerInfo: (_, identifier) => {
                    const resource = resources.get(identifier);
                    if (!resource) throw new errors.InvalidTarget(`\`${identifier}\` is not registered here`);
                    return resource;
                },
                useGrantedResource: () => true
            },
            revocation: { enabled: true, allowedPolicy: (_, client, token) => client.clientId === token.clientId },
            rpInitiatedLogout: { enabled: false }
        },
        findAccount: (_, sub) => (accounts.has(sub) ? { accountId: sub, claims: () => ({ sub }) } : undefined),
        formats: { customizers: { jwt: (_, token, parts) => minting.customise(token, parts) } },
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        jwks: { keys: [signingKey()] },
        // Every client has to use PKCE, as MCP wants it.
        pkce: { required: () => true },
        responseTypes: ['code'],
        scopes: ['openid', 'offline_access', ...scopes],
        ttl: { AccessToken: (_, token) => token.resourceServer?.accessTokenTTL ?? lifetime, Grant: DAY, Interaction: DAY, RefreshToken: DAY, Session: DAY }
    });
    provider.use((context, next) => minting.change(context, next));
    return provider;
}

function signingKey() {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
}
