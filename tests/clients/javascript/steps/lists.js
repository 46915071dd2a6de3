// All lists, by the SDK and page by page.

import { NotApplicable } from '../transcript.js';

/** The methods, the capability that each one needs, and the name of its items. */
const LISTS = [
    ['tools/list', 'tools', 'tools'],
    ['resources/list', 'resources', 'resources'],
    ['resources/templates/list', 'resources', 'resourceTemplates'],
    ['prompts/list', 'prompts', 'prompts']
];

/** The most pages of a list: more of them would be a loop. */
const MOST = 50;

/** Lists everything, and keeps it in `story.listed` for the chapters to come. */
export async function lists(story) {
    const { transcript, peer, table } = story;
    for (const [method, capability, kind] of LISTS) {
        const needed = () => {
            if (peer.capabilities[capability] === undefined) throw new NotApplicable(`the server has no ${capability}`);
        };
        await transcript.step(method, 'result', async () => {
            needed();
            return { result: await peer.list(kind) };
        });
        story.listed[kind] = [];
        await transcript.step(`${method} by pages`, 'result', async () => {
            needed();
            const pages = [];
            let cursor;
            do {
                const page = await peer.request(method, cursor === undefined ? {} : { cursor });
                pages.push(page);
                story.listed[kind].push(...page[kind]);
                cursor = page.nextCursor;
            } while (cursor !== undefined && pages.length < MOST);
            return { result: { pages } };
        });
        // Some servers ignore a bad cursor, so that any answer will do; it only has to stay the same.
        await transcript.step(`${method} with a bad cursor`, table.badCursor ?? 'any', async () => {
            needed();
            return { result: await peer.request(method, { cursor: 'no such cursor' }) };
        });
    }
}
