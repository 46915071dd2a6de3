// Tools that answer at once, well or badly.

import { createHash } from 'node:crypto';
import { answer, object, reads } from './register.js';

const text = description => ({ type: 'string', description });
const number = description => ({ type: 'number', description });

/** The most characters that `bulk` makes. */
const MOST = 1 << 22;

export const plainTools = [
    reads(
        { name: 'echo', title: 'Echo', description: 'Gives back what it is given', inputSchema: object({ text: text('What to say') }) },
        arguments_ => answer(arguments_.text)
    ),
    reads(
        {
            name: 'add',
            description: 'Adds two numbers, with structured output',
            inputSchema: object({ a: number('One number'), b: number('Another number') }),
            outputSchema: object({ sum: { type: 'number' }, terms: { type: 'array', items: { type: 'number' } } })
        },
        ({ a, b }) => ({ ...answer(String(a + b)), structuredContent: { sum: a + b, terms: [a, b] } })
    ),
    reads(
        {
            name: 'digest',
            description: 'Says how long a text is in bytes, and its SHA-256',
            inputSchema: object({ text: text('A text of any length') })
        },
        arguments_ => {
            const bytes = Buffer.from(arguments_.text);
            return answer(`${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`);
        }
    ),
    reads(
        {
            name: 'bulk',
            description: 'Answers with a text of a given length',
            inputSchema: object({ length: { type: 'integer', minimum: 0, maximum: MOST } })
        },
        ({ length }) => answer('0123456789abcdef'.repeat(Math.ceil(length / 16)).slice(0, length))
    ),
    reads(
        {
            name: 'region',
            description: 'Takes arguments that a modern client repeats in `Mcp-Param-*` headers',
            inputSchema: object({
                region: { type: 'string', 'x-mcp-header': 'Region' },
                shard: { type: 'integer', 'x-mcp-header': 'Shard' },
                urgent: { type: 'boolean', 'x-mcp-header': 'Urgent' }
            })
        },
        ({ region, shard, urgent }) => answer(`${region} ${shard} ${urgent}`)
    ),
    reads({ name: 'fail', description: 'Fails as a tool: the result is marked as an error' }, () => ({
        ...answer('this tool always fails'),
        isError: true
    })),
    reads({ name: 'throw', description: 'Throws an exception' }, () => {
        throw new Error('thrown on purpose');
    })
];
