// The browser of somebody who logs in, agrees and logs out: follows redirects, keeps cookies, fills in the provider's forms.

/** A browser. `go` ends at the first URL that begins with `home`, which nobody asks for. */
export function createBrowser(fetch, home) {
  const cookies = new Map();
  return async function go(url) {
    let request = { url, init: {} };
    for (let step = 0; step < 20; step += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(String(request.url), { ...request.init, redirect: "manual", headers: { ...request.init.headers, cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        cookies.set(name, value);
      }
      const location = response.headers.get("location");
      if (location !== null) {
        if (location.startsWith(home)) return new URL(location);
        request = { url: new URL(location, request.url), init: {} };
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      const form = formOf(page);
      if (action === undefined || form === undefined) throw new Error(`${response.status} ${page.slice(0, 500)}`);
      request = { url: new URL(action, request.url), init: { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(form).toString() } };
    }
    throw new Error("the way does not come to an end");
  };
}

/** What is filled in: a name, a consent, or that one wants to be logged out. */
function formOf(page) {
  const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
  if (prompt !== undefined) return { prompt, ...(prompt === "login" ? { login: "alice", password: "anything" } : {}) };
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1];
  return xsrf === undefined ? undefined : { xsrf, logout: "yes" };
}
