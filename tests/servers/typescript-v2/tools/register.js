// What a tool is here: its definition as clients see it, and its handler.

import { fromJsonSchema } from '@modelcontextprotocol/server';

/** What a tool does to the world, for its annotations. */
const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const ACTS = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** A JSON Schema of an object with these properties, of which `required` must be there. */
export function object(properties = {}, required = Object.keys(properties)) {
    return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** A tool that only answers. */
export function reads(definition, handle) {
    return { definition: { inputSchema: object(), ...definition, annotations: READS }, handle };
}

/** A tool that does something besides answering. */
export function acts(definition, handle) {
    return { definition: { inputSchema: object(), ...definition, annotations: ACTS }, handle };
}

/** One block of text, the usual answer. */
export function answer(text) {
    return { content: [{ type: 'text', text }] };
}

/** Registers all tools with the SDK, which checks arguments and results against the schemas. */
export function registerTools(mcp, tools) {
    for (const { definition, handle } of tools) {
        const { name, inputSchema, outputSchema, ...rest } = definition;
        const config = {
            ...rest,
            inputSchema: fromJsonSchema(inputSchema),
            ...(outputSchema && { outputSchema: fromJsonSchema(outputSchema) })
        };
        mcp.registerTool(name, config, handle);
    }
}
