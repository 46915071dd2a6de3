// Tool calls of every kind.

import { NotApplicable } from '../transcript.js';

/** How many calls run at the same time. */
const PARALLEL = 16;

/** Makes one call of the table, and tells everything that happened meanwhile. */
export async function call({ peer, observations }, { tool, arguments: given, answers, awaits, meta }, options = {}) {
    observations.begin(answers);
    const progress = [];
    const result = await peer.callTool(
        { name: tool, ...(given !== undefined && { arguments: given }), ...(meta && { _meta: meta }) },
        { onprogress: step => progress.push(step), ...options }
    );
    await observations.arrived(awaits?.[peer.era]);
    return { result, ...(progress.length > 0 && { progress }), ...observations.seen() };
}

/** Calls every tool in the table, and accounts for each tool that the server lists. */
export async function tools(story) {
    const { transcript, peer, table, listed } = story;
    if (peer.capabilities.tools === undefined) return transcript.skip('tools/call', 'the server has no tools');
    const names = new Set(listed.tools.map(tool => tool.name));
    for (const entry of table.calls) {
        const step = `tools/call ${entry.tool}${entry.as ? ` ${entry.as}` : ''}`;
        const expected = entry.expect ?? 'result';
        await transcript.step(step, expected, async () => {
            if (entry.eras !== undefined && !entry.eras.includes(peer.era)) throw new NotApplicable(entry.why ?? `not in the ${peer.era} era`);
            if (entry.needs !== undefined && !peer.can.includes(entry.needs)) throw new NotApplicable(`the client has no ${entry.needs}`);
            if (!names.has(entry.tool)) throw new Error(`the server does not list \`${entry.tool}\``);
            return call(story, entry);
        });
    }
    const called = new Set(table.calls.map(entry => entry.tool));
    for (const name of [...names].filter(one => !called.has(one)).sort()) {
        const why = table.uncalled?.[name] ?? 'the table of calls has no arguments for it';
        await transcript.skip(`tools/call ${name}`, why);
    }
    await transcript.step('tools/call of an unknown tool', 'refused', () => call(story, { tool: 'no-such-tool', arguments: {} }));
    await transcript.step('tools/call with bad arguments', 'refused', () => call(story, table.badArguments));
    await transcript.step('tools/call without arguments', 'refused', () => call(story, { tool: table.badArguments.tool }));
    await parallel(story);
}

/** Many calls at once: every answer has to find its way back to its question. */
async function parallel(story) {
    const { transcript, peer, observations, table } = story;
    await transcript.step(`tools/call ${PARALLEL} times at once`, 'result', async () => {
        observations.begin();
        const { tool, argument } = table.parallel;
        const calls = Array.from({ length: PARALLEL }, (_, index) =>
            peer.callTool({ name: tool, arguments: { [argument]: `call ${index}` } })
        );
        return { result: { answers: (await Promise.all(calls)).map(result => result.content) } };
    });
}
