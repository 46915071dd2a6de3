// Scenarios about tools: what is listed, what is called, and what a call asks back.

import { connect } from './connection.js';

/** Calls the first tool that there is, with two numbers. */
export async function add(scenario) {
    const connection = await connect(scenario);
    const [tool] = await connection.tools();
    if (tool) await connection.call(tool.name, { a: 2, b: 3 });
    await connection.close();
}

/** Lists the tools and leaves. */
export async function list(scenario) {
    const connection = await connect(scenario);
    await connection.tools();
    await connection.close();
}

/** Calls each tool of a list, where one that is broken may be missing. */
export async function callListed(scenario) {
    const connection = await connect(scenario);
    for (const tool of await connection.tools()) await connection.call(tool.name, { region: 'us-west1' });
    await connection.close();
}

/** Makes the calls that the suite wants. */
export async function callWanted(scenario) {
    const connection = await connect(scenario);
    await connection.tools();
    for (const call of scenario.known.toolCalls) await connection.call(call.name, call.arguments);
    await connection.close();
}

/** Lists everything and takes one of each. */
export async function takeEach(scenario) {
    const connection = await connect(scenario);
    const [tool] = await connection.tools();
    await connection.call(tool.name);
    const { resources } = await connection.ask(client => client.listResources());
    await connection.ask(client => client.readResource({ uri: resources[0].uri }));
    const { prompts } = await connection.ask(client => client.listPrompts());
    await connection.ask(client => client.getPrompt({ name: prompts[0].name }));
    await connection.close();
}

/** Sends a tool's own schema back, as it came. */
export async function echoSchema(scenario) {
    const connection = await connect(scenario);
    const tools = await connection.tools();
    const { inputSchema } = tools.find(tool => tool.name === 'json_schema_2020_12_tool');
    await connection.call('json_schema_echo', { schema: inputSchema });
    await connection.close();
}

/** Says yes to what a tool asks, and leaves what may be left out to its defaults. */
export async function acceptDefaults(scenario) {
    const capabilities = { elicitation: { form: { applyDefaults: true } } };
    const connection = await connect(scenario, { capabilities });
    connection.client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
    await connection.listening;
    await connection.call('test_client_elicitation_defaults');
    await connection.close();
}

/** Calls tools that need several rounds, with another call in between. */
export async function rounds(scenario) {
    const connection = await connect(scenario);
    let between;
    connection.client.setRequestHandler('elicitation/create', async () => {
        between ??= connection.call('test_mrtr_unrelated');
        await between;
        return { action: 'accept', content: { confirmed: true } };
    });
    await connection.call('test_mrtr_echo_state');
    await connection.call('test_mrtr_no_state');
    await untyped(connection.call('test_mrtr_no_result_type'));
    await connection.close();
}

/** The SDK takes no result without a type from a server of 2026-07-28. What counts is that it does not ask again. */
async function untyped(answer) {
    try {
        await answer;
    } catch (error) {
        if (error.code !== 'INVALID_RESULT') throw error;
    }
}

/** Calls a tool whose answer comes on another stream, once the server has hung up. */
export async function resume(scenario) {
    const connection = await connect(scenario);
    await connection.tools();
    await connection.call('test_reconnection');
    await connection.close();
}
