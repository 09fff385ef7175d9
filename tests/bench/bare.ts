/**
 * The least that gets a token and the users: two fetches. What graph-daemon is measured against.
 *
 * @module
 */

const { authority, client_id, secret, scope, endpoint } = JSON.parse(
  await Deno.readTextFile(Deno.args[0]),
);
const body = new URLSearchParams({
  client_id,
  client_secret: secret,
  scope: scope[0],
  grant_type: "client_credentials",
});
const token = await fetch(`${authority}/oauth2/v2.0/token`, { method: "POST", body });
const { access_token } = await token.json();
const users = await fetch(endpoint, { headers: { authorization: `Bearer ${access_token}` } });
const text = JSON.stringify(await users.json(), null, 2);
await Deno.stdout.write(new TextEncoder().encode(text));
