// Log messages, as many as were asked for.

import { NotApplicable } from '../transcript.js';
import { call } from './tools.js';

/** The key with which a modern request asks for log messages. */
const LEVEL = 'io.modelcontextprotocol/logLevel';

/** Asks for each level in the table, and has the server log something. */
export async function logging(story) {
    const { transcript, peer, table } = story;
    if (peer.capabilities.logging === undefined) return transcript.skip('logging', 'the server does not log');
    await transcript.step('logging/setLevel with a bad level', 'error', async () => {
        if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has no logging/setLevel');
        return { result: await peer.request('logging/setLevel', { level: 'loud' }) };
    });
    for (const [level, awaits] of Object.entries(table.logging?.levels ?? {})) {
        await transcript.step(`logging/setLevel ${level}`, 'result', async () => {
            if (peer.era === 'modern') throw new NotApplicable('2026-07-28 has no logging/setLevel');
            return { result: await peer.setLevel(level) };
        });
        await transcript.step(`log messages from ${level}`, 'result', () => {
            const meta = peer.era === 'modern' ? { [LEVEL]: level } : undefined;
            return call(story, { ...table.logging.call, awaits: { [peer.era]: { 'notifications/message': awaits } }, meta });
        });
        for (const after of table.logging.after ?? []) {
            await transcript.step(`after log messages from ${level}: ${after.tool}`, 'result', () => call(story, after));
        }
    }
}
