// What users see: plain HTML, no scripts.

/** The page on which users log in. */
export function loginPage({ action, signUp, problem }) {
    const link = signUp ? `<p>No account yet? <a href="${escape(signUp)}">Register as a new user</a></p>` : '';
    return page('Log in', `${said(problem)}${form(action, 'Log in', 'current-password')}${link}`);
}

/** The page on which they register. */
export function signUpPage({ action, problem }) {
    return page('Register as a new user', `${said(problem)}${form(action, 'Register', 'new-password')}`);
}

/** The page on which they agree to what a client wants. */
export function consentPage({ allow, deny, client, user, resource, scopes }) {
    const wanted = scopes.map(scope => `<li>${escape(scope)}</li>`).join('');
    return page(
        'Allow access',
        `<p><b>${escape(client)}</b> wants to use <code>${escape(resource)}</code> as ${escape(user)}.</p>
        ${wanted && `<ul>${wanted}</ul>`}
        <form method="post" action="${escape(allow)}"><button>Allow</button></form>
        <form method="post" action="${escape(deny)}"><button>Deny</button></form>`
    );
}

function form(action, button, autocomplete) {
    return `<form method="post" action="${escape(action)}">
        <p><label>Name <input name="name" autocomplete="username" required></label></p>
        <p><label>Password <input name="password" type="password" autocomplete="${autocomplete}" required></label></p>
        <button>${button}</button>
        </form>`;
}

function page(title, content) {
    return `<!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>${title}</title>
        <h1>${title}</h1>
        ${content}
        </html>`;
}

function said(problem) {
    return problem ? `<p role="alert">${escape(problem)}</p>` : '';
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text) {
    return String(text).replace(/[&<>"']/g, character => ENTITIES[character]);
}
