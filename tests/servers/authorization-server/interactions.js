// The pages between a client's authorization request and its answer: log in or register, and agree.

import { readBody } from './body.js';
import { consentPage, loginPage, signUpPage } from './pages.js';

export class Interactions {
    constructor(provider, accounts, { signUp }) {
        this.provider = provider;
        this.accounts = accounts;
        this.signUp = signUp;
    }

    /** Answers `/interaction/<id>`, and what lies beneath. */
    async answer(path, request, response, limit) {
        const [, , id, step = ''] = path.split('/');
        const details = await this.#details(request, response);
        if (details?.uid !== id) return show(response, 400, 'this login has ended: begin again in your client');
        const login = details.prompt.name === 'login';
        switch (`${request.method} ${step}`) {
            case 'GET ':
                return show(response, 200, login ? this.#loginPage(id) : await this.#consentPage(details));
            case 'GET register':
                if (login && this.signUp) return show(response, 200, signUpPage({ action: `/interaction/${id}/register` }));
                break;
            case 'POST login':
                if (login) return this.#logIn(id, request, response, limit);
                break;
            case 'POST register':
                if (login && this.signUp) return this.#register(id, request, response, limit);
                break;
            case 'POST allow':
                if (!login) return this.#allow(details, request, response);
                break;
            case 'POST deny':
                return this.#finish(request, response, { error: 'access_denied', error_description: 'the user said no' });
        }
        return show(response, 404, 'there is no such page');
    }

    async #details(request, response) {
        try {
            return await this.provider.interactionDetails(request, response);
        } catch {
            return undefined;
        }
    }

    #loginPage(id, problem) {
        return loginPage({ action: `/interaction/${id}/login`, signUp: this.signUp && `/interaction/${id}/register`, problem });
    }

    async #consentPage({ uid, params, prompt, session }) {
        const client = await this.provider.Client.find(params.client_id);
        return consentPage({
            allow: `/interaction/${uid}/allow`,
            deny: `/interaction/${uid}/deny`,
            client: client.clientName ?? client.clientId,
            user: session.accountId,
            resource: [params.resource ?? this.provider.issuer].flat().join(' '),
            scopes: Object.values(prompt.details.missingResourceScopes ?? {}).flat()
        });
    }

    async #logIn(id, request, response, limit) {
        const { name, password } = await readForm(request, limit);
        if (!this.accounts.knows(name, password)) return show(response, 403, this.#loginPage(id, 'name or password is wrong'));
        return this.#finish(request, response, { login: { accountId: name } });
    }

    async #register(id, request, response, limit) {
        const { name, password } = await readForm(request, limit);
        const problem = this.accounts.add(name, password);
        if (problem) return show(response, 400, signUpPage({ action: `/interaction/${id}/register`, problem }));
        return this.#finish(request, response, { login: { accountId: name } });
    }

    /** Grants everything that the client wants and that its user has not granted before. */
    async #allow({ grantId, params, prompt: { details }, session }, request, response) {
        const { Grant } = this.provider;
        const known = grantId && (await Grant.find(grantId));
        const grant = known || new Grant({ accountId: session.accountId, clientId: params.client_id });
        if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '));
        if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims);
        for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
            grant.addResourceScope(resource, scopes.join(' '));
        }
        return this.#finish(request, response, { consent: { grantId: await grant.save() } }, true);
    }

    #finish(request, response, result, merged = false) {
        return this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: merged });
    }
}

async function readForm(request, limit) {
    const form = new URLSearchParams(await readBody(request, limit));
    return { name: form.get('name') ?? '', password: form.get('password') ?? '' };
}

function show(response, status, page) {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
}
