// What all clients that log in share.
//
// Beside the options of clients that only enter, they take:
//
//     --user ada --password lovelace    who logs in, when the client asks for it
//     --sign-up                         registers as this user on the way
//     --browser                         does so in a headless Chromium instead of plain HTTP
//     --client-id ID                    a client that is registered already: it does not register itself
//     --token TOKEN                     an access token that is there already
//     --further TOOL                    a tool that is called after that one, which may need more than it was let in with
//     --pause SECONDS                   how long it waits before that
//     --each                            an attempt for each line of standard input, which is such a token or empty
//
// Without `--user`, nobody logs in: what was to be opened is all that becomes of it. The line that they write has
// the names of all `tools`, the texts that the `called` and the `further` tool have given, and what was `opened`; or an
// `error`.

import { createInterface } from 'node:readline';
import { identity } from '../identity.js';
import { readOptions } from '../options.js';
import { logInWithBrowser } from './browser.js';
import { logIn } from './user.js';

/** Where users come back to. Nobody listens there: the user says where it was sent. */
const REDIRECT = 'http://127.0.0.1:33418/callback';

/** The tool that is called once the client is in, and what with. */
export const CALL = { name: 'add', arguments: { a: 2, b: 40 } };

/** The exit code of a client that got in, of one that did not, and of one that hung. */
const CODES = { entered: 0, refused: 1, hung: 3 };

/** How long a client may take to leave, in milliseconds. */
const LEAVING = 5000;

/** Reads the command line. */
export function readLogin(eras) {
    const flags = ['sign-up', 'browser', 'each', 'follow'];
    const texts = ['user', 'password', 'client-id', 'token', 'further', 'pause'];
    const options = readOptions(eras, { tabled: false, flags, texts });
    const { user: name, password, 'sign-up': signUp } = options;
    return { ...options, user: name && { name, password, signUp }, clientId: options['client-id'] };
}

/** Sends the user to a page; gives the address that it comes back to. */
export function visit(address, { user, browser }) {
    return browser ? logInWithBrowser(address, user) : logIn(address, user);
}

/** Waits before the further tool, so that a token can end meanwhile. */
export function pause({ pause: seconds = '0' }) {
    return after(Number(seconds) * 1000);
}

/** What the SDKs ask of a program to log a user in. It keeps everything in memory. */
export class Login {
    redirectUrl = REDIRECT;
    opened = [];
    /** What is to be done at the end. */
    leave = () => undefined;

    constructor({ clientId, token }) {
        this.registration = clientId && { client_id: clientId };
        this.token = token;
        this.kept = token ? { access_token: token, token_type: 'Bearer' } : undefined;
    }

    get clientMetadata() {
        return {
            client_name: identity.name,
            application_type: 'native',
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: [REDIRECT],
            response_types: ['code'],
            token_endpoint_auth_method: 'none'
        };
    }

    state() {
        this.expected = crypto.randomUUID();
        return this.expected;
    }

    clientInformation() {
        return this.registration;
    }

    saveClientInformation(registration) {
        this.registration = registration;
    }

    tokens() {
        return this.kept;
    }

    saveTokens(tokens) {
        this.kept = tokens;
    }

    redirectToAuthorization(address) {
        this.opened.push(address.href);
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

    /** Logs the user in on the page that was opened last, and gives what the client is told. */
    async answer(options) {
        const answered = (await visit(this.opened.at(-1), options)).searchParams;
        if (answered.get('state') !== this.expected) throw new Error('the answer is not to this request: its `state` is another');
        return answered;
    }
}

/**
 * Runs `enter` with a login, which gives `tools`, what was `called` and `further`, writes the line, and ends the process.
 *
 * With `--each` it does so for each line of standard input, which is an access token, or empty for none.
 */
export async function run(options, enter) {
    if (!options.each) {
        const { told, code } = await attempt(options, options.token, enter);
        console.log(JSON.stringify(told));
        process.exit(code);
    }
    for await (const token of createInterface({ input: process.stdin })) {
        const { told } = await attempt(options, token, enter);
        console.log(JSON.stringify(told));
    }
    process.exit(0);
}

async function attempt({ timeout, clientId }, token, enter) {
    const login = new Login({ clientId, token });
    const { told, code } = await Promise.race([outcome(enter, login), after(timeout, { told: { hung: true }, code: CODES.hung })]);
    await Promise.race([login.leave(), after(LEAVING)]);
    return { told: { ...told, opened: login.opened }, code };
}

async function outcome(enter, login) {
    try {
        const { tools, called, further } = await enter(login);
        return { told: { tools: tools.toSorted(), called, further }, code: CODES.entered };
    } catch (error) {
        const { kind = error.constructor.name, message: text, details } = error;
        return { told: { error: { class: kind, text, ...details } }, code: CODES.refused };
    }
}

function after(time, value) {
    return new Promise(resolve => setTimeout(resolve, time, value));
}
