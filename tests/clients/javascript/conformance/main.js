// A client for the conformance suite's client scenarios, on the TypeScript SDK v2.
//
//     node tests/conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js client \
//         --command 'node tests/clients/javascript/conformance/main.js' --scenario auth/metadata-default
//
// The suite starts a server, and this program with the server's URL. It says what is to be done in the environment:
// which scenario it is, what the client knows beforehand, and which revision is spoken.

import { readScenario } from './scenario.js';
import { scenarios } from './scenarios.js';

const scenario = readScenario();
const run = scenarios[scenario.name];
if (run === undefined) {
    console.error(`nothing is known of the scenario \`${scenario.name}\``);
    process.exit(2);
}
try {
    await run(scenario);
    process.exit(0);
} catch (error) {
    console.error(error);
    process.exit(1);
}
