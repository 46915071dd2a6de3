// Prompts: plain, with arguments, with an embedded resource and a picture, and with a name that no header can carry.

import { ProtocolError, ProtocolErrorCode, completable } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { image } from './media.js';

const argument = (name, description, required = true) => ({ name, description, required });

/** What `prompts/list` lists, on two pages. */
export const prompts = [
    { name: 'plain', title: 'Plain', description: 'Without arguments' },
    {
        name: 'greeting',
        title: 'Greeting',
        description: 'With two arguments, both completed',
        arguments: [argument('language', 'In which language'), argument('name', 'Whom to greet', false)]
    },
    { name: 'illustrated', title: 'Illustrated', description: 'With a picture and an embedded resource' },
    // Not ASCII, so that a modern client has to encode it in the `Mcp-Name` header.
    { name: 'grüße 👋', title: 'Grüße', description: 'With a name beyond ASCII' }
];

const say = (role, content) => ({ role, content });
const text = value => ({ type: 'text', text: value });
const languages = ['danish', 'dutch', 'english', 'german'];
const names = { danish: ['Dagny'], dutch: ['Daan', 'Dirk'], english: ['Dora'], german: ['Dieter'] };

/** Registers the handlers; the list is answered by `server.js`. */
export function registerPrompts(mcp) {
    const [plain, greeting, illustrated, beyond] = prompts;
    mcp.registerPrompt(plain.name, about(plain), () => ({
        description: plain.description,
        messages: [say('user', text('Say something plain.'))]
    }));
    const argsSchema = z.object({
        language: completable(z.string(), value => languages.filter(language => language.startsWith(value))),
        name: completable(z.string(), (value, context) =>
            (names[context?.arguments?.language] ?? []).filter(name => name.startsWith(value))
        ).optional()
    });
    mcp.registerPrompt(greeting.name, { ...about(greeting), argsSchema }, ({ language, name }) => {
        if (!languages.includes(language)) {
            throw new ProtocolError(ProtocolErrorCode.InvalidParams, `\`${language}\` is not a language known here`, { languages });
        }
        return { messages: [say('user', text(`Greet ${name ?? 'everybody'} in ${language}.`)), say('assistant', text('Gladly.'))] };
    });
    mcp.registerPrompt(illustrated.name, about(illustrated), () => ({
        messages: [
            say('user', { type: 'image', data: image, mimeType: 'image/png' }),
            say('user', { type: 'resource', resource: { uri: 'note://apple', mimeType: 'text/plain', text: 'embedded' } }),
            say('user', { type: 'resource_link', uri: 'note://banana', name: 'banana' })
        ]
    }));
    mcp.registerPrompt(beyond.name, about(beyond), () => ({ messages: [say('user', text('Grüß Gott, 世界!'))] }));
}

function about({ title, description }) {
    return { title, description };
}
