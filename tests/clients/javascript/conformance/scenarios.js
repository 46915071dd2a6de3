// What is done in each scenario of the conformance suite.

import { asWorkload, logIn, logInRegistered, logInWithKey, vouchedFor, withKey, withSecret } from './logins.js';
import { listSkills, loadSkills } from './skills.js';
import { acceptDefaults, add, callListed, callWanted, echoSchema, list, resume, rounds, takeEach } from './tools.js';

/** Scenarios in which a user logs in as with any other server: what the server does differs. */
const LOGINS = [
    '2025-03-26-oauth-endpoint-fallback',
    '2025-03-26-oauth-metadata-backcompat',
    'authorization-server-migration',
    'basic-cimd',
    'iss-normalized',
    'iss-not-advertised',
    'iss-supported',
    'iss-supported-missing',
    'iss-unexpected',
    'iss-wrong-issuer',
    'metadata-default',
    'metadata-issuer-mismatch',
    'metadata-var1',
    'metadata-var2',
    'metadata-var3',
    'offline-access-not-supported',
    'offline-access-scope',
    'resource-mismatch',
    'scope-from-scopes-supported',
    'scope-from-www-authenticate',
    'scope-omitted-when-undefined',
    'scope-retry-limit',
    'scope-step-up',
    'token-endpoint-auth-basic',
    'token-endpoint-auth-none',
    'token-endpoint-auth-post'
];

/** By the suite's names. */
export const scenarios = {
    initialize: list,
    tools_call: add,
    'elicitation-sep1034-client-defaults': acceptDefaults,
    'sse-retry': resume,
    'request-metadata': list,
    'http-standard-headers': takeEach,
    'http-custom-headers': callWanted,
    'http-invalid-tool-headers': callListed,
    'json-schema-ref-no-deref': list,
    'json-schema-2020-12-preservation': echoSchema,
    'sep-2322-client-request-state': rounds,
    'sep-2640-client-no-prefetch': listSkills,
    'sep-2640-client-verify-digest': loadSkills,
    'sep-2640-client-verify-frontmatter': loadSkills,
    'sep-2640-client-verify-size': loadSkills,
    ...Object.fromEntries(LOGINS.map(name => [`auth/${name}`, logIn])),
    'auth/pre-registration': logInRegistered,
    'auth/client-credentials-basic': withSecret,
    'auth/client-credentials-jwt': withKey,
    'auth/dpop': logInWithKey,
    'auth/dpop-nonce': logInWithKey,
    'auth/enterprise-managed-authorization': vouchedFor,
    'auth/wif-jwt-bearer': asWorkload
};
