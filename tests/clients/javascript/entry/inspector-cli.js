// The Inspector's command line connects and lists the tools.
//
//     node tests/clients/javascript/entry/inspector-cli.js --url http://127.0.0.1:8000/mcp --header 'Authorization: Bearer KEY'
//
// With `--interactive` it behaves as in a terminal, and may open a browser: `opened` tells what was to be opened.

import { text } from 'node:stream/consumers';
import { readOptions } from '../options.js';
import { report, Shown } from './entry.js';
import { headerLine, Home } from './inspector.js';

const { url, headers, timeout, era, interactive } = readOptions(['legacy', 'modern', 'auto'], { tabled: false, flags: ['interactive'] });
const home = new Home();
let child;
// Once a browser is open it would wait for the user.
const watch = setInterval(() => home.opened().length > 0 && child?.kill(), 100);

await report(
    timeout,
    async () => {
        const line = ['--cli', url.href, '--transport', 'http', '--method', 'tools/list'];
        const format = ['--format', 'json', '--quiet', '--protocol-era', era];
        child = home.start([...line, ...format, ...headerLine(headers)], { MCP_AUTO_OPEN_ENABLED: String(interactive) });
        const ended = new Promise(resolve => child.on('close', resolve));
        const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
        if (child.exitCode === 0) return JSON.parse(out).result.tools.map(tool => tool.name);
        if (child.signalCode !== null) throw new Shown('waiting', 'it waits for the user');
        const envelope = err.split('\n').find(one => one.startsWith('{"error"'));
        const { code, message } = envelope ? JSON.parse(envelope).error : { code: 'none', message: err };
        throw new Shown(code, message, { exitCode: child.exitCode });
    },
    { leave, opened: () => home.opened() }
);

function leave() {
    clearInterval(watch);
    child?.kill();
    home.remove();
}
