// MCP by hand: plain HTTP requests and server-sent events, for what no SDK lets one do.

/** Sends single requests to one endpoint. */
export class Wire {
    #url;
    #fetch;

    constructor({ url, exchanges }) {
        this.#url = url;
        this.#fetch = exchanges.raw;
    }

    /** Sends a request; `message` is the JSON body, if there is to be one. */
    async send(method, headers, message, signal) {
        const response = await this.#fetch(this.#url, {
            method,
            signal,
            headers: {
                accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
                ...(message !== undefined && { 'content-type': 'application/json' }),
                ...headers
            },
            ...(message !== undefined && { body: JSON.stringify(message) })
        });
        return new Answer(response);
    }
}

/** An answer, whose body can be read as one JSON document or as events. */
export class Answer {
    #response;

    constructor(response) {
        this.#response = response;
        this.status = response.status;
        this.type = response.headers.get('content-type')?.split(';')[0];
        this.session = response.headers.get('mcp-session-id') ?? undefined;
    }

    /** Status, type and whole body: JSON as it is, events as a list. */
    async whole() {
        const { status, type } = this;
        if (type === 'text/event-stream') return { status, type, events: await Array.fromAsync(this.events()) };
        const text = await this.#response.text();
        if (type === 'application/json') return { status, type, body: JSON.parse(text) };
        return { status, ...(type && { type }), ...(text && { body: text }) };
    }

    /** The last JSON-RPC message of the body, which is the response when nothing went wrong. */
    async response() {
        const { body, events } = await this.whole();
        return body ?? events.at(-1)?.data;
    }

    /** The events as they come, with their ids as sent. */
    async *rawEvents() {
        const decoder = new TextDecoder();
        let rest = '';
        for await (const bytes of this.#response.body) {
            rest += decoder.decode(bytes, { stream: true });
            const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
            rest = blocks.pop();
            for (const block of blocks) {
                const event = parse(block);
                if (event !== undefined) yield event;
            }
        }
    }

    /** The events as they come, as a transcript shows them: whether there is an id, but not which. */
    async *events() {
        for await (const event of this.rawEvents()) yield shown(event);
    }
}

/** An event as a transcript shows it. */
export function shown({ id, ...event }) {
    return { ...event, ...(id !== undefined && { id: id !== '' }) };
}

/** One event from its lines; nothing when there are only comments. */
function parse(block) {
    const event = {};
    const data = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
        const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (name === 'data') data.push(value);
        else if (name === 'retry') event.retry = Number(value);
        else if (name === 'event' || name === 'id') event[name] = value;
    }
    if (data.length > 0) {
        const text = data.join('\n');
        event.data = text === '' ? '' : JSON.parse(text);
    }
    return Object.keys(event).length > 0 ? event : undefined;
}
