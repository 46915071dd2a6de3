// Scenarios in which a client gets in with an access token.

import {
    ClientCredentialsProvider,
    CrossAppAccessProvider,
    DpopSession,
    PrivateKeyJwtProvider,
    requestJwtAuthorizationGrant
} from '@modelcontextprotocol/client';
import { connect } from './connection.js';
import { User } from './user.js';

/** A user logs in, and again where that is asked for. */
export function logIn(scenario) {
    return enter(scenario, { user: new User() });
}

/** The client is registered already. */
export function logInRegistered(scenario) {
    const { client_id, client_secret } = scenario.known;
    return enter(scenario, { user: new User({ registered: { client_id, client_secret } }) });
}

/** The token belongs to a key of the client (RFC 9449). */
export async function logInWithKey(scenario) {
    return enter(scenario, { user: new User({ dpop: await DpopSession.create() }) });
}

/** The client itself is who comes in, with its secret. */
export function withSecret(scenario) {
    const { client_id: clientId, client_secret: clientSecret } = scenario.known;
    return enter(scenario, { authProvider: new ClientCredentialsProvider({ clientId, clientSecret }) });
}

/** The client itself is who comes in, with its key. */
export function withKey(scenario) {
    const { client_id: clientId, private_key_pem: privateKey, signing_algorithm: algorithm = 'ES256' } = scenario.known;
    return enter(scenario, { authProvider: new PrivateKeyJwtProvider({ clientId, privateKey, algorithm }) });
}

/** The company's identity provider vouches for the user. */
export function vouchedFor(scenario) {
    const { client_id: clientId, client_secret: clientSecret, ...company } = scenario.known;
    const assertion = async ({ authorizationServerUrl, resourceUrl, scope, fetchFn }) => {
        const granted = await requestJwtAuthorizationGrant({
            tokenEndpoint: company.idp_token_endpoint,
            audience: authorizationServerUrl,
            resource: resourceUrl,
            idToken: company.idp_id_token,
            clientId: company.idp_client_id,
            scope,
            fetchFn
        });
        return granted.jwtAuthGrant;
    };
    return enter(scenario, { authProvider: new CrossAppAccessProvider({ assertion, clientId, clientSecret }) });
}

/** A workload comes with the statement of the platform that it runs on (RFC 7523). */
export function asWorkload(scenario) {
    const { client_id, valid_jwt: assertion } = scenario.known;
    const user = new User({ registered: { client_id } });
    user.redirectUrl = undefined;
    user.clientMetadataUrl = undefined;
    user.prepareTokenRequest = scope => {
        const wanted = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
        return new URLSearchParams({ ...wanted, ...(scope && { scope }) });
    };
    return enter(scenario, { authProvider: user });
}

async function enter(scenario, options) {
    const connection = await connect(scenario, options);
    const [tool] = await connection.tools();
    if (tool) await connection.call(tool.name);
    await connection.close();
}
