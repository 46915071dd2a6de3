// Tools that ask the client for something: a model's answer, a form, a visit to a page, its roots.
//
// They are written once. A modern client gets `input_required` results and calls again; for a
// legacy client the SDK sends requests on the stream of the call.

import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { answer, object, reads } from './register.js';

const question = { messages: [{ role: 'user', content: { type: 'text', text: 'What is the answer?' } }], maxTokens: 64, temperature: 0 };
const form = {
    message: 'Who are you?',
    requestedSchema: {
        type: 'object',
        properties: {
            name: { type: 'string', title: 'Name', description: 'Your name', minLength: 1 },
            age: { type: 'integer', minimum: 0, maximum: 150 },
            colour: { type: 'string', enum: ['red', 'green', 'blue'], default: 'green' },
            agreed: { type: 'boolean', default: false }
        },
        required: ['name']
    }
};

const sample = () => inputRequired.createMessage(question);
const elicit = () => inputRequired.elicit(form);

/** Says what came back, in a form that does not depend on how it came. */
function describe(view) {
    if (view.kind === 'sampling') return `sampled ${JSON.stringify(view.result.content)} from ${view.result.model}`;
    if (view.kind === 'elicit') return `${view.action} ${JSON.stringify(view.content ?? null)}`;
    if (view.kind === 'roots') return `roots ${view.roots.map(root => `${root.name}=${root.uri}`).join(' ')}`;
    return view.kind;
}

/** A tool that asks one round of questions and tells the answers. */
function asks(name, description, requests) {
    return reads({ name, description }, (_, context) => {
        const asked = requests();
        const views = Object.keys(asked).map(key => [key, inputResponse(context.mcpReq.inputResponses, key)]);
        if (views.some(([, view]) => view.kind === 'missing')) return inputRequired({ inputRequests: asked });
        return answer(views.map(([key, view]) => `${key}: ${describe(view)}`).join('\n'));
    });
}

/** The tools of one server instance. */
export function inputTools({ codec }) {
    return [
        asks('sample', "Asks the client's model", () => ({ model: sample() })),
        asks('elicit', 'Asks the user to fill in a form', () => ({ form: elicit() })),
        asks('visit', 'Asks the user to visit a page', () => ({
            page: inputRequired.elicitUrl({ message: 'Please visit this page', url: 'https://example.org/visit?a=1&b=2' })
        })),
        asks('roots', "Asks for the client's roots", () => ({ roots: inputRequired.listRoots() })),
        asks('both', 'Asks two things at once', () => ({ form: elicit(), model: sample() })),
        reads(
            {
                name: 'rounds',
                description: 'Asks in several rounds, and has the client carry the state in between',
                inputSchema: object({ rounds: { type: 'integer', minimum: 1, maximum: 5 } })
            },
            async ({ rounds }, context) => {
                const { said = [] } = context.mcpReq.requestState() ?? {};
                const view = inputResponse(context.mcpReq.inputResponses, 'form');
                if (view.kind !== 'missing') said.push(describe(view));
                if (said.length >= rounds) return answer(said.join('\n'));
                return inputRequired({ inputRequests: { form: elicit() }, requestState: await codec.mint({ said }, context) });
            }
        )
    ];
}
