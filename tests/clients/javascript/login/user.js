// A user who logs in by plain HTTP: opens the page, fills in the form, agrees, and goes where the server sends them.

/** How many pages and redirects a login may have. */
const MOST = 20;

/**
 * Opens an authorization request, and gives the address to which the client is sent back, with code and state.
 *
 * `user` has a `name` and a `password`; with `signUp`, it registers on the way.
 */
export async function logIn(address, user) {
    const back = new URL(address).searchParams.get('redirect_uri');
    const cookies = new Map();
    let request = { url: new URL(address) };
    for (let step = 0; step < MOST; step++) {
        if (back !== null && isAt(request.url, back)) return request.url;
        const response = await send(request, cookies);
        const location = response.headers.get('location');
        request = location === null ? nextOf(await pageOf(response, request), user) : { url: new URL(location, request.url) };
    }
    throw new Error(`the login does not end: it is at ${request.url}`);
}

/** Whether an address is the one to come back to, whatever its query. */
function isAt(url, back) {
    return url.origin === new URL(back).origin && url.pathname === new URL(back).pathname;
}

async function send({ url, form }, cookies) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
        method: form ? 'POST' : 'GET',
        body: form,
        headers: cookie ? { cookie } : {},
        redirect: 'manual'
    });
    for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
    }
    return response;
}

async function pageOf(response, { url }) {
    const text = await response.text();
    if (!response.ok) throw new Error(`${url.origin}${url.pathname} answers with ${response.status}: ${text}`);
    return { text, url };
}

/** What the user does on a page: the first form is the one to fill in, and the only link leads to the registration. */
function nextOf({ text, url }, user) {
    const link = /<a href="([^"]+)">Register/.exec(text);
    if (link && user.signUp) return { url: new URL(link[1], url) };
    const action = /<form method="post" action="([^"]+)"/.exec(text);
    if (!action) throw new Error(`there is nothing to do on this page: ${text}`);
    const asked = text.includes('name="password"');
    return { url: new URL(action[1], url), form: new URLSearchParams(asked ? { name: user.name, password: user.password } : {}) };
}
