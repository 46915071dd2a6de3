// What all clients that are driven share: a line of JSON in is something to do, a line out is what came of it.
//
//     {"do": "list"}                               {"tools": [...], "resources": [...], "templates": [...], "prompts": [...]}
//     {"do": "call", "name": "x", "arguments": {}}  {"done": true}
//     {"do": "read", "name": "x:y"}                 {"error": {"class": ..., "text": ...}}
//     {"do": "get", "name": "x"}
//
// The names in lists are sorted. The client stays connected from the first line to the last.

import { createInterface } from 'node:readline';

/** The most pages of a list: more of them would be a loop. */
const MOST = 50;

/** The lists, with what their entries are called by. */
const LISTS = [
    ['tools', 'tools', 'name'],
    ['resources', 'resources', 'uri'],
    ['templates', 'resourceTemplates', 'uriTemplate'],
    ['prompts', 'prompts', 'name']
];

/** Does what stands in the lines of standard input, with what `client` offers, until they end. */
export async function drive(client) {
    for await (const line of createInterface({ input: process.stdin })) {
        console.log(JSON.stringify(await outcome(client, JSON.parse(line))));
    }
    await client.leave?.();
    process.exit(0);
}

async function outcome(client, { do: what, name, arguments: given }) {
    try {
        if (what === 'list') return await lists(client);
        const result = await client[what](name, given);
        return result?.isError ? { isError: result.content?.[0]?.text ?? '' } : { done: true };
    } catch (error) {
        const { kind = error.constructor.name, message: text } = error;
        return { error: { class: kind, text } };
    }
}

async function lists(client) {
    const names = {};
    for (const [list, member, key] of LISTS) {
        names[list] = [];
        let cursor;
        for (let page = 0; page < MOST; page++) {
            const result = await client.list(list, cursor);
            names[list].push(...result[member].map(entry => entry[key]));
            cursor = result.nextCursor;
            if (cursor === undefined) break;
        }
        names[list].sort();
    }
    return names;
}
