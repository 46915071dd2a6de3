// The legacy era by hand: versions, streams, resumption, batches, and the end of a session.

import { NotApplicable } from '../transcript.js';
import { Wire, shown } from '../wire.js';

/** The version that these steps speak, unless they say otherwise. */
const VERSION = '2025-11-25';

/** How long to wait for an event that has to come, in milliseconds. */
const PATIENCE = 5000;

/** How often to come back to a stream that the server believes to be open. */
const ATTEMPTS = 10;

/** Runs every step, each one in a session of its own. */
export async function wireLegacy(story) {
    const { transcript, peer, table } = story;
    if (peer.era === 'modern') return transcript.skip('wire: the legacy era', 'the client speaks 2026-07-28');
    const wire = new Wire(story);
    const run = (name, step) =>
        transcript.step(`wire: ${name}`, 'result', async () => {
            if (table.wire === undefined) throw new NotApplicable('the table of calls has nothing for the wire');
            return { result: await step() };
        });

    for (const version of ['2025-11-25', '2025-06-18', '2025-03-26', '2099-01-01']) {
        await run(`initialize at ${version}`, async () => {
            const { answer, session, negotiated } = await open(wire, version);
            await close(wire, session, negotiated);
            return answer;
        });
    }
    await run('stream of a call', () => within(wire, async headers => {
        const { tool, arguments: given } = table.wire.stream;
        return (await wire.send('POST', headers, call(2, tool, given))).whole();
    }));
    await run('GET stream', () => within(wire, async headers => {
        const stop = new AbortController();
        const stream = await wire.send('GET', headers, undefined, stop.signal);
        const first = next(stream.rawEvents());
        const { tool, arguments: given, subscribe } = table.wire.announce;
        if (subscribe !== undefined) {
            await (await wire.send('POST', headers, { jsonrpc: '2.0', id: 3, method: 'resources/subscribe', params: { uri: subscribe } })).whole();
        }
        const answer = await (await wire.send('POST', headers, call(2, tool, given))).whole();
        const event = shown(await first);
        stop.abort();
        return { status: stream.status, type: stream.type, answer, event };
    }));
    await run('resumption', () => within(wire, async headers => resume(wire, headers, table.wire)));
    await run('a batch at 2025-03-26', () => within(wire, async headers => {
        const batch = [{ jsonrpc: '2.0', id: 2, method: 'ping' }, { jsonrpc: '2.0', id: 3, method: 'prompts/list' }];
        const { events = [], body = [], ...rest } = await (await wire.send('POST', headers, batch)).whole();
        // The answers may come in any order, and in one event or several.
        const answers = [...events.map(event => event.data).filter(data => data !== ''), body].flat();
        return { ...rest, answers: answers.sort((one, other) => one.id - other.id) };
    }, '2025-03-26'));
    await run('end of a session', async () => {
        const { headers } = await open(wire, VERSION);
        const ended = await (await wire.send('DELETE', headers)).whole();
        const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
        const post = await (await wire.send('POST', headers, ping)).whole();
        const get = await (await wire.send('GET', headers)).whole();
        const again = await (await wire.send('DELETE', headers)).whole();
        return { ended, post, get, again };
    });
}

/** Breaks the stream of a call after some events, and fetches the rest from a GET stream. */
async function resume(wire, headers, { stream, breakAfter }) {
    const stop = new AbortController();
    const answer = await wire.send('POST', headers, call(2, stream.tool, stream.arguments), stop.signal);
    const before = [];
    let last;
    for await (const event of answer.rawEvents()) {
        before.push(event);
        last = event.id ?? last;
        if (before.filter(one => one.data?.method !== undefined).length >= breakAfter) break;
    }
    stop.abort();
    if (last === undefined) throw new Error('the stream has no event ids');
    const rest = await comeBack(wire, { ...headers, 'last-event-id': last }, before.find(event => event.retry)?.retry);
    const after = [];
    for await (const event of rest.rawEvents()) {
        after.push(event);
        if (event.data?.result !== undefined || event.data?.error !== undefined) break;
    }
    const ids = [...before, ...after].map(event => event.id).filter(id => id !== undefined);
    return {
        before: before.map(shown),
        after: after.map(shown),
        resumed: { status: rest.status, type: rest.type },
        distinctIds: new Set(ids).size === ids.length
    };
}

/**
 * Opens the rest of a stream, after the pause that the server asked for.
 *
 * A server may answer 409 for as long as it has not noticed that the first connection is gone,
 * which takes longer when there is something in between.
 */
async function comeBack(wire, headers, retry = 1000) {
    for (let attempt = 1; ; attempt += 1) {
        await new Promise(resolve => setTimeout(resolve, retry));
        const answer = await wire.send('GET', headers);
        if (answer.status !== 409 || attempt === ATTEMPTS) return answer;
        await answer.whole();
    }
}

/** Runs a step in a session, and ends the session after it. */
async function within(wire, step, version = VERSION) {
    const { headers, session, negotiated } = await open(wire, version);
    try {
        return await step(headers);
    } finally {
        await close(wire, session, negotiated);
    }
}

async function open(wire, version) {
    const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'wire', version: '1.0.0' } };
    const initialized = await wire.send('POST', {}, { jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const { session } = initialized;
    const answer = await initialized.whole();
    const response = answer.body ?? answer.events?.at(-1)?.data;
    const negotiated = response?.result?.protocolVersion;
    if (negotiated === undefined) throw new Error(`initialize was refused: ${JSON.stringify(answer)}`);
    const headers = sessionHeaders(session, negotiated);
    await wire.send('POST', headers, { jsonrpc: '2.0', method: 'notifications/initialized' });
    return { answer, session, negotiated, headers };
}

async function close(wire, session, negotiated) {
    await (await wire.send('DELETE', sessionHeaders(session, negotiated))).whole();
}

function sessionHeaders(session, version) {
    // 2025-03-26 knows no version header.
    return { 'mcp-session-id': session, ...(version > '2025-03-26' && { 'mcp-protocol-version': version }) };
}

function call(id, name, given) {
    return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given, _meta: { progressToken: 'token' } } };
}

/** The next event that carries a message. */
async function next(events) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error('no event came on the GET stream')), PATIENCE);
    });
    const first = (async () => {
        for await (const event of events) if (event.data?.method !== undefined) return event;
        throw new Error('the GET stream ended');
    })();
    return Promise.race([first, late]).finally(() => clearTimeout(timer));
}
