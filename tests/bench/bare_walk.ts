/**
 * The least that gets a token and all users, one a line: a loop of fetches. What a walk of graph-daemon
 * is measured against.
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
const headers = { authorization: `Bearer ${access_token}` };
let url: string | undefined = endpoint;
while (url !== undefined) {
  const page = await (await fetch(url, { headers })).json();
  const lines = page.value.map((item: unknown) => `${JSON.stringify(item)}\n`).join("");
  let rest = new TextEncoder().encode(lines);
  while (rest.length > 0) rest = rest.subarray(await Deno.stdout.write(rest));
  url = page["@odata.nextLink"];
}
