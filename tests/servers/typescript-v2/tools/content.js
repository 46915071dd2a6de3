// Tools whose answers are of every kind of content.

import { Buffer } from 'node:buffer';
import { image, sound } from '../media.js';
import { reads } from './register.js';

const picture = { type: 'image', data: image, mimeType: 'image/png' };
const link = { type: 'resource_link', uri: 'note://apple', name: 'apple', description: 'A note', mimeType: 'text/plain' };
const embedded = { type: 'resource', resource: { uri: 'note://embedded', mimeType: 'text/plain', text: 'embedded text' } };
const blob = {
    type: 'resource',
    resource: { uri: 'media://embedded', mimeType: 'application/octet-stream', blob: Buffer.from([0, 1, 254, 255]).toString('base64') }
};

export const contentTools = [
    reads({ name: 'image', description: 'Answers with a picture' }, () => ({ content: [picture] })),
    reads({ name: 'audio', description: 'Answers with a sound' }, () => ({
        content: [{ type: 'audio', data: sound, mimeType: 'audio/wav' }]
    })),
    reads({ name: 'link', description: 'Answers with links to resources' }, () => ({
        content: [link, { ...link, uri: 'note://banana', name: 'banana', annotations: { priority: 0.25 } }]
    })),
    reads({ name: 'embed', description: 'Answers with embedded resources' }, () => ({ content: [embedded, blob] })),
    reads({ name: 'mixed', description: 'Answers with every kind of content at once, and metadata' }, () => ({
        content: [
            { type: 'text', text: 'Text with “quotes”, a tab\t, a line\nbreak and 🧪', annotations: { audience: ['assistant'], priority: 1 } },
            picture,
            link,
            embedded
        ],
        _meta: { 'example.org/note': { nested: [1, 2.5, null, { deep: true }] } }
    })),
    reads({ name: 'empty', description: 'Answers with nothing at all' }, () => ({ content: [] }))
];
