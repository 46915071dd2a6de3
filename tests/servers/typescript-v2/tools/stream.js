// Tools that say something before they answer, take long, or tell of changes.

import { setTimeout as sleep } from 'node:timers/promises';
import { acts, answer, object, reads } from './register.js';

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** How long `cancelled` waits for the news, in milliseconds. */
const PATIENCE = 3000;

/** The most runs of `slow` whose end is remembered. */
const REMEMBERED = 1000;

/** How each run of `slow` ended, by the name that its caller gave it: tools of other sessions may ask. */
const ends = new Map();

/** The tools of one server instance. */
export function streamTools({ era, changes, server, subscribed }) {
    const progress = (context, step, total) => {
        const progressToken = context.mcpReq._meta?.progressToken;
        if (progressToken === undefined) return undefined;
        const params = { progressToken, progress: step, total, message: `step ${step} of ${total}` };
        return context.mcpReq.notify({ method: 'notifications/progress', params });
    };
    return [
        reads(
            {
                name: 'progress',
                description: 'Tells of its progress, step by step',
                inputSchema: object({ steps: { type: 'integer', minimum: 1, maximum: 1000 } })
            },
            async ({ steps }, context) => {
                for (let step = 1; step <= steps; step += 1) await progress(context, step, steps);
                return answer(`${steps} steps done`);
            }
        ),
        reads(
            {
                name: 'slow',
                description: 'Takes its time, with progress, and stops when it is cancelled',
                inputSchema: object(
                    { steps: { type: 'integer', minimum: 1, maximum: 1000 }, pause: { type: 'integer', minimum: 1 }, run: { type: 'string' } },
                    ['steps', 'pause']
                )
            },
            async ({ steps, pause, run }, context) => {
                const { signal } = context.mcpReq;
                if (run !== undefined) remember(run, 'running');
                try {
                    for (let step = 1; step <= steps; step += 1) {
                        await sleep(pause, undefined, { signal });
                        await progress(context, step, steps);
                    }
                } catch (error) {
                    if (run !== undefined) remember(run, signal.aborted ? 'cancelled' : 'failed');
                    throw error;
                }
                if (run !== undefined) remember(run, 'finished');
                return answer(`${steps} slow steps done`);
            }
        ),
        reads(
            {
                name: 'ended',
                description: 'Says how a run of `slow` ended, and waits a little for it to end',
                inputSchema: object({ run: { type: 'string' } })
            },
            async ({ run }) => {
                const deadline = Date.now() + PATIENCE;
                while (ends.get(run) === 'running' && Date.now() < deadline) await sleep(10);
                return answer(ends.get(run) ?? 'never started');
            }
        ),
        reads(
            {
                name: 'poll',
                description: 'Closes its own stream after one step, so that the client has to come back for the rest',
                inputSchema: object({ pause: { type: 'integer', minimum: 1 } })
            },
            async ({ pause }, context) => {
                await progress(context, 1, 2);
                context.http?.closeSSE?.();
                await sleep(pause);
                await progress(context, 2, 2);
                return answer('polled to the end');
            }
        ),
        reads({ name: 'log', description: 'Logs one message at every level' }, async (_, context) => {
            for (const level of LEVELS) await context.mcpReq.log(level, { said: `at ${level}`, number: 1.5 }, 'tests');
            return answer(`${LEVELS.length} messages logged, as far as they were asked for`);
        }),
        acts(
            {
                name: 'touch',
                description: 'Announces that a resource was updated',
                inputSchema: object({ uri: { type: 'string' } })
            },
            async ({ uri }) => {
                await changes.resourceUpdated(uri, server, era, subscribed);
                return answer(`touched ${uri}`);
            }
        ),
        acts(
            {
                name: 'announce',
                description: 'Announces that a list has changed',
                inputSchema: object({ list: { type: 'string', enum: ['tools', 'prompts', 'resources'] } })
            },
            async ({ list }) => {
                await changes.listChanged(list, server, era);
                return answer(`announced ${list}`);
            }
        )
    ];
}

function remember(run, end) {
    ends.set(run, end);
    if (ends.size > REMEMBERED) ends.delete(ends.keys().next().value);
}
