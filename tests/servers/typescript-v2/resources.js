// Resources and templates. Their contents never change, even when a change is announced.

import { Buffer } from 'node:buffer';
import { ResourceTemplate } from '@modelcontextprotocol/server';
import { image } from './media.js';

const notes = ['apple', 'banana', 'cherry', 'damson', 'elderberry'];

/** What `resources/list` lists: five notes and a picture, on two pages. */
export const resources = [
    ...notes.map((name, index) => ({
        name,
        uri: `note://${name}`,
        title: `Note ${index + 1}`,
        description: `What there is to know about ${name}`,
        mimeType: 'text/plain',
        annotations: { audience: ['user'], priority: index / 10 }
    })),
    { name: 'picture', uri: 'media://picture.png', description: 'A small picture', mimeType: 'image/png' }
];

/** What `resources/templates/list` lists, on two pages. */
export const templates = [
    {
        name: 'planet',
        uriTemplate: 'planet://{name}',
        description: 'A planet, by its name',
        mimeType: 'application/json'
    },
    { name: 'cell', uriTemplate: 'sheet://{sheet}/{cell}', description: 'A cell of a sheet', mimeType: 'text/plain' },
    { name: 'bytes', uriTemplate: 'bytes://{length}', description: 'As many bytes', mimeType: 'application/octet-stream' }
];

const planets = ['mars', 'mercury', 'neptune', 'saturn', 'uranus', 'venus'];
const startingWith = (values, start) => values.filter(value => value.startsWith(start));

/** How each template variable is completed. */
const completions = {
    planet: { name: value => startingWith(planets, value) },
    cell: {
        sheet: value => startingWith(['costs', 'income', 'plan'], value),
        // The second variable depends on the first, which the client sends as context.
        cell: (value, context) => startingWith([`${context?.arguments?.sheet ?? 'none'}-A1`], value)
    },
    bytes: { length: value => startingWith(['16', '1024'], value) }
};

const readers = {
    planet: (uri, { name }) => ({ uri, mimeType: 'application/json', text: JSON.stringify({ name, order: planets.indexOf(name) }) }),
    cell: (uri, { sheet, cell }) => ({ uri, mimeType: 'text/plain', text: `${sheet}!${cell}` }),
    bytes: (uri, { length }) => ({
        uri,
        mimeType: 'application/octet-stream',
        blob: Buffer.alloc(Math.min(Number(length) || 0, 1 << 20), 0x5a).toString('base64')
    })
};

/** Registers the readers; the lists are answered by `server.js`. */
export function registerResources(mcp) {
    for (const { name, uri, ...about } of resources) {
        mcp.registerResource(name, uri, about, () => ({
            contents: [
                name === 'picture'
                    ? { uri, mimeType: 'image/png', blob: image }
                    : { uri, mimeType: 'text/plain', text: `All about ${name}: it is a fruit. Ünïcödé 🍎 \\ "quoted"\n` }
            ]
        }));
    }
    for (const { name, uriTemplate, ...about } of templates) {
        const template = new ResourceTemplate(uriTemplate, { list: undefined, complete: completions[name] });
        mcp.registerResource(name, template, about, (uri, variables) => ({
            contents: [readers[name](uri.href, variables)]
        }));
    }
}
