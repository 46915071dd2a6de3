// The HTTP below a client: every request is recorded, and a response can be cut off.

/** How long to wait for the answers that are still missing at the end of a step, in milliseconds. */
const PATIENCE = 2000;

/** Two kinds of `fetch` that record what goes over them: for SDKs, and for raw requests. */
export class Exchanges {
    #records = [];
    #headers;
    #streaming = false;

    /** `headers` are sent with every request. */
    constructor(headers) {
        this.#headers = headers;
        this.fetch = (resource, init) => this.#send(resource, init, this.#isBackground(init));
        this.raw = (resource, init) => this.#send(resource, init, false);
    }

    /** Starts a new list. */
    begin() {
        this.#records = [];
    }

    /**
     * The requests since `begin`, in the order of their departure.
     *
     * When an SDK opens a GET stream again is a matter of its timers, so that only its first GET
     * belongs to a step.
     */
    async end() {
        const records = this.#records.filter(record => !record.background);
        await until(() => records.every(record => record.status !== undefined || record.failed), PATIENCE);
        return records.map(({ method, rpc, status, type, session }) => ({ method, rpc, status, type, session }));
    }

    /** Waits until a request of this method has been answered; false when it never was. */
    answered(method, patience) {
        return until(() => this.#records.some(record => record.method === method && record.status !== undefined), patience);
    }

    /** Breaks the connection of the last request with this JSON-RPC method, as a bad network would. */
    cut(rpc) {
        this.#records.findLast(record => record.rpc === rpc)?.knife.abort(new Error('cut'));
    }

    #isBackground({ method = 'GET' } = {}) {
        if (method !== 'GET') return false;
        const again = this.#streaming;
        this.#streaming = true;
        return again;
    }

    async #send(resource, init = {}, background) {
        const knife = new AbortController();
        const record = { method: init.method ?? 'GET', rpc: called(init.body), background, knife };
        this.#records.push(record);
        const headers = new Headers(init.headers);
        for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
        const signal = init.signal ? AbortSignal.any([init.signal, knife.signal]) : knife.signal;
        try {
            const response = await fetch(resource, { ...init, headers, signal });
            record.type = response.headers.get('content-type')?.split(';')[0];
            record.session = response.headers.has('mcp-session-id') || undefined;
            record.status = response.status;
            return response;
        } catch (error) {
            record.failed = true;
            throw error;
        }
    }
}

/** What a body calls: the method of a request or notification, `response`, or a list of those. */
function called(body) {
    if (typeof body !== 'string') return undefined;
    try {
        const message = JSON.parse(body);
        const name = one => one.method ?? 'response';
        return Array.isArray(message) ? message.map(name) : name(message);
    } catch {
        return undefined;
    }
}

/** Waits for a condition, so many milliseconds at the most, and says whether it came true. */
async function until(condition, patience) {
    const deadline = Date.now() + patience;
    while (!condition()) {
        if (Date.now() > deadline) return false;
        await new Promise(resolve => setTimeout(resolve, 5));
    }
    return true;
}
