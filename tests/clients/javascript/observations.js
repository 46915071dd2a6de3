// What a server sends on its own: requests to the client, and notifications.

/** How long to wait for what was announced, in milliseconds. */
const PATIENCE = 5000;

/** Answers the server's requests from a table, and keeps everything that arrived. */
export class Observations {
    #requests = [];
    #notifications = [];
    #answers;
    #overrides = {};

    /** `answers` are results by method, or `{error: {code, message}}`. */
    constructor(answers) {
        this.#answers = answers;
    }

    /** Begins anew; `overrides` are answers for the time being. */
    begin(overrides = {}) {
        this.#requests = [];
        this.#notifications = [];
        this.#overrides = overrides;
    }

    /** Answers a request of the server. */
    answer(method, params) {
        const { _meta, ...told } = params ?? {};
        this.#requests.push({ method, params: told });
        const result = this.#overrides[method] ?? this.#answers[method];
        if (result === undefined) throw Object.assign(new Error(`no answer to ${method}`), { code: -32601 });
        if (result.error !== undefined) throw Object.assign(new Error(result.error.message), { code: result.error.code });
        // A visit to a page is accepted without content, only a form has some.
        if (method === 'elicitation/create' && told.mode === 'url') return { action: result.action };
        return result;
    }

    /** Takes note of a notification. */
    note(method, params) {
        const { _meta, ...told } = params ?? {};
        this.#notifications.push({ method, params: told });
    }

    /** Waits until as many notifications or requests of each method have arrived as announced. */
    async arrived(announced = {}) {
        const deadline = Date.now() + PATIENCE;
        const missing = () =>
            Object.entries(announced).filter(
                ([method, count]) => [...this.#requests, ...this.#notifications].filter(one => one.method === method).length < count
            );
        while (missing().length > 0) {
            if (Date.now() > deadline) throw new Error(`these did not arrive: ${missing().map(([method]) => method).join(', ')}`);
            await new Promise(resolve => setTimeout(resolve, 5));
        }
    }

    /**
     * What has arrived: requests in order, and notifications by method.
     *
     * Notifications come on several streams, so that their order is only known within a method.
     */
    seen() {
        const notifications = {};
        for (const { method, params } of this.#notifications) (notifications[method] ??= []).push(params);
        return {
            ...(this.#requests.length > 0 && { requests: this.#requests }),
            ...(this.#notifications.length > 0 && { notifications })
        };
    }
}
