// The modern era by hand: discovery, streams, rounds of input, cancellation by closing, and what is refused.

import { NotApplicable } from '../transcript.js';
import { Wire } from '../wire.js';

const VERSION = '2026-07-28';
const PREFIX = 'io.modelcontextprotocol/';

/** Runs every step; there are no sessions, so that every request stands alone. */
export async function wireModern(story) {
    const { transcript, peer, table } = story;
    if (peer.era === 'legacy') return transcript.skip('wire: the modern era', 'the client speaks the legacy era');
    const wire = new Wire(story);
    const run = (name, step) =>
        transcript.step(`wire: ${name}`, 'result', async () => {
            if (table.wire === undefined) throw new NotApplicable('the table of calls has nothing for the wire');
            return { result: await step(table.wire) };
        });
    const post = (request, signal) => wire.send('POST', headers(request), request, signal);

    await run('server/discover', async () => (await post(message(1, 'server/discover'))).whole());
    await run('stream of a call', async ({ stream }) => (await post(call(1, stream))).whole());
    await run('rounds of input', async ({ input }) => {
        if (input === undefined) throw new NotApplicable('the table of calls has no tool that asks for input');
        const first = await (await post(call(1, input))).response();
        const { inputRequests, requestState } = first.result;
        const inputResponses = Object.fromEntries(Object.keys(inputRequests).map(key => [key, input.response]));
        const state = requestState === undefined ? {} : { requestState };
        const second = await (await post(call(2, input, { inputResponses, ...state }))).whole();
        return { inputRequests, state: typeof requestState, second };
    });
    await run('listen', async ({ listen }) => {
        if (listen === undefined) throw new NotApplicable('the table of calls has nothing to listen for');
        const stop = new AbortController();
        const request = message('listening', 'subscriptions/listen', { notifications: listen.filter });
        const stream = await post(request, stop.signal);
        const events = [];
        for await (const event of stream.events()) {
            events.push(event);
            if (events.length === 1) await (await post(call(2, listen.call))).whole();
            if (events.length === 1 + listen.events) break;
        }
        stop.abort();
        return { status: stream.status, type: stream.type, events };
    });
    await run('cancellation by closing', async ({ cancel }) => {
        if (cancel === undefined) throw new NotApplicable('this server cannot be asked about cancelled calls');
        const stop = new AbortController();
        const stream = await post(call(1, cancel), stop.signal);
        for await (const event of stream.events()) if (event.data?.method === 'notifications/progress') break;
        stop.abort();
        return (await post(call(2, cancel.ask))).whole();
    });
    await run('unknown method', async () => (await post(message(1, 'tests/unknown'))).whole());
    await run('unknown version', async () => {
        const request = message(1, 'server/discover', {}, '2099-01-01');
        return (await wire.send('POST', { ...headers(request), 'mcp-protocol-version': '2099-01-01' }, request)).whole();
    });
    for (const method of ['GET', 'DELETE']) {
        await run(method, async () => {
            const { status } = await (await wire.send(method, { 'mcp-protocol-version': VERSION })).whole();
            return { status };
        });
    }
}

function message(id, method, params = {}, version = VERSION) {
    const meta = {
        [`${PREFIX}protocolVersion`]: version,
        [`${PREFIX}clientInfo`]: { name: 'wire', version: '1.0.0' },
        [`${PREFIX}clientCapabilities`]: { elicitation: { form: {} } }
    };
    return { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...meta, ...params._meta } } };
}

function call(id, { tool, arguments: given }, more = {}) {
    return message(id, 'tools/call', { name: tool, arguments: given, ...more, _meta: { progressToken: 'token' } });
}

function headers({ method, params }) {
    return { 'mcp-protocol-version': VERSION, 'mcp-method': method, ...(params.name && { 'mcp-name': params.name }) };
}
