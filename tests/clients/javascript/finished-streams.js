// A cure for what the TypeScript SDK v1 does after an error.
//
// It takes a stream whose response was a JSON-RPC error for a broken one, and comes back with its
// last event id for as long as the client lives. Servers answer with nothing, with 409, or with
// everything that they have sent since, so that old notifications turn up at any time. What such a
// client hears depends on timers alone, and nothing could be compared.

/** Wraps a `fetch` so that it does not come back to a stream that has had its error. */
export function withoutFinishedStreams(fetch) {
    const finished = new Set();
    return async (resource, init) => {
        const resumed = new Headers(init?.headers).get('last-event-id');
        // 405 is how a server says that there is no stream, and the SDK leaves it at that.
        if (resumed !== null && finished.has(resumed)) return new Response(null, { status: 405 });
        const response = await fetch(resource, init);
        if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
        const { status, headers } = response;
        return new Response(response.body.pipeThrough(watch(finished, resumed)), { status, headers });
    };
}

/** Passes a stream on, and remembers its last event id once it has brought an error. */
function watch(finished, resumed) {
    const decoder = new TextDecoder();
    let rest = '';
    let last = resumed;
    let failed = false;
    return new TransformStream({
        transform(bytes, controller) {
            const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r/);
            rest = lines.pop();
            for (const line of lines) {
                if (line.startsWith('id:')) last = line.slice(3).trim();
                failed ||= isError(line);
                // The id may come before the data or after it: an event is over at an empty line.
                if (line === '' && failed && last !== null) finished.add(last);
            }
            controller.enqueue(bytes);
        }
    });
}

/** Whether a line of an event carries a JSON-RPC error. */
function isError(line) {
    if (!line.startsWith('data:') || !line.includes('"error"')) return false;
    try {
        return 'error' in JSON.parse(line.slice(5));
    } catch {
        return false;
    }
}
