// A user alone: goes through the login that a client has opened, and tells where it was sent.
//
//     node tests/clients/javascript/login/page.js --url 'http://127.0.0.1:9090/auth?...' --user ada --password lovelace
//
// It is for clients that are not written in JavaScript. The options are those of login.js; with `--follow` the user
// goes on to that address, where the client waits.

import { readLogin, visit } from './login.js';

const options = readLogin(['legacy']);
const back = await visit(options.url.href, options);
if (options.follow) await fetch(back);
console.log(back.href);
