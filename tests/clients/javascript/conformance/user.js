// A user who says yes to everything, and what the SDK asks of a program that logs them in.

/** Where users come back to. Nobody listens there: where they were sent stands in the answer. */
const REDIRECT = 'http://127.0.0.1:33418/callback';

/** Where the suite's authorization servers think that the client's own description is. */
const CLIENT_METADATA = 'https://conformance-test.local/client-metadata.json';

/** Keeps everything in memory. Clients and tokens belong to the issuer that gave them out. */
export class User {
    redirectUrl = REDIRECT;
    clientMetadataUrl = CLIENT_METADATA;

    /** Of a user whose client is `registered` already, or has a key of its own: `dpop`. */
    constructor({ registered, dpop } = {}) {
        this.registered = registered;
        this.registrations = new Map();
        if (dpop) this.dpop = () => dpop;
    }

    get clientMetadata() {
        return {
            client_name: 'tollbar-conformance',
            application_type: 'native',
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: [REDIRECT],
            response_types: ['code']
        };
    }

    state() {
        this.expected = crypto.randomUUID();
        return this.expected;
    }

    clientInformation({ issuer } = {}) {
        return this.registrations.get(issuer) ?? this.registered;
    }

    saveClientInformation(registration, { issuer } = {}) {
        this.registrations.set(issuer, registration);
    }

    tokens() {
        return this.kept;
    }

    /** What was found out on the way holds for one login: the server may have moved to another issuer by the next. */
    saveTokens(tokens) {
        this.kept = tokens;
        this.discovered = undefined;
    }

    saveCodeVerifier(verifier) {
        this.verifier = verifier;
    }

    codeVerifier() {
        return this.verifier;
    }

    discoveryState() {
        return this.discovered;
    }

    saveDiscoveryState(discovered) {
        this.discovered = discovered;
    }

    invalidateCredentials(scope) {
        if (scope === 'all' || scope === 'client') this.registrations.clear();
        if (scope === 'all' || scope === 'tokens') this.kept = undefined;
        if (scope === 'all' || scope === 'verifier') this.verifier = undefined;
        if (scope === 'all' || scope === 'discovery') this.discovered = undefined;
    }

    /** Opens the page. The suite's servers ask nothing, and send the user back at once. */
    async redirectToAuthorization(address) {
        const response = await fetch(address, { redirect: 'manual' });
        const location = response.headers.get('location');
        if (location === null) throw new Error(`the page ${address} does not send the user back: ${response.status}`);
        this.answered = new URL(location).searchParams;
    }

    /** Whether the user has come back from a page, and was not asked about it. */
    get isBack() {
        return this.answered !== undefined;
    }

    /** What the client is told by the address that the user came back to. */
    answer() {
        const answered = this.answered;
        this.answered = undefined;
        if (answered.get('state') !== this.expected) throw new Error('the answer is not to this request: its `state` is another');
        return answered;
    }
}
