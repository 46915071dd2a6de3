// The Inspector's command line connects, logs its user in where that is asked for, lists the tools and calls one.
//
//     node tests/clients/javascript/login/inspector-cli.js --url http://127.0.0.1:8000/mcp --user ada --password lovelace
//
// It opens a browser and waits for it at an address of its own, as for anybody else. The script that stands in for the
// browser notes the address, and the user goes there. A token is given to it as a header: it has no other place for one.

import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { Shown } from '../entry/entry.js';
import { Home } from '../entry/inspector.js';
import { CALL, pause, readLogin, run, visit } from './login.js';

const options = readLogin(['legacy', 'modern', 'auto']);
const { url, era, user, clientId, further } = options;

// When it steps up, it opens the login before it listens, and has to know its port.
const port = further ? await freePort() : 0;

await run(options, async login => {
    const home = new Home();
    login.leave = () => home.remove();
    const { tools } = await inspect(['--method', 'tools/list'], home, login);
    // What it has learnt at the login is kept at home.
    const call = async (name, values, input) => {
        const line = ['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(values)];
        return (await inspect(line, home, login, input)).content[0].text;
    };
    const called = await call(CALL.name, CALL.arguments);
    if (further) await pause(options);
    // It asks before it sends its user to a login for more.
    return { tools: tools.map(tool => tool.name), called, further: further && (await call(further, {}, 'y\n')) };
});

async function inspect(what, home, login, input) {
    const line = ['--cli', url.href, '--transport', 'http', ...what, '--callback-url', `http://127.0.0.1:${port}/oauth/callback`];
    const format = ['--format', 'json', '--quiet', '--protocol-era', era];
    if (login.token) line.push('--header', `Authorization: Bearer ${login.token}`);
    if (clientId) line.push('--client-id', clientId);
    const child = home.start([...line, ...format], { MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file' }, input);
    login.leave = () => {
        child.kill();
        home.remove();
    };
    const ended = new Promise(resolve => child.on('close', resolve));
    const read = Promise.all([text(child.stdout), text(child.stderr), ended]);
    const answered = answer(child, home, login);
    const [out, err] = await read;
    await answered;
    if (child.exitCode === 0) return JSON.parse(out).result;
    if (login.opened.length > 0 && !user) throw new Shown('waiting', 'it waits for the user');
    const envelope = err.split('\n').find(one => one.startsWith('{"error"'));
    const { code, message } = envelope ? JSON.parse(envelope).error : { code: 'none', message: err };
    throw new Shown(code, message, { exitCode: child.exitCode });
}

/** Goes to the page once it is opened, and back to where the Inspector waits. */
async function answer(child, home, login) {
    while (home.opened().length === login.opened.length) {
        if (child.exitCode !== null || child.signalCode !== null) return;
        await wait(50);
    }
    login.opened = home.opened();
    if (user) await fetch(await visit(login.opened.at(-1), options));
    else child.kill();
}

function freePort() {
    const server = createServer();
    return new Promise(resolve => {
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}
