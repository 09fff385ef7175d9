/**
 * The manual that `--help` prints, and the version.
 *
 * @module
 */

/** The version of graph-daemon. */
export const VERSION = "0.1.0";

/** The whole manual. */
export const MANUAL =
  `graph-daemon gets a token for an app from Microsoft Entra ID and calls Microsoft Graph.

Usage: graph-daemon [CONFIG.json] [ENDPOINT] [options]

  CONFIG.json  settings, such as the quickstart's parameters.json
  ENDPOINT     a path such as /users or /beta/users, or a URL on the configured Graph host;
               without one, the config's "endpoint", else /users

Examples:
  graph-daemon parameters.json                    the config's endpoint
  graph-daemon parameters.json '/users?$top=5'    five users
  graph-daemon /organization                      settings from the environment or .env
  graph-daemon /users | jq -r '.value[].mail'     data on stdout, messages on stderr

Settings (flags beat the environment, which beats .env, which beats the config file):
  --tenant-id ID        tenant; AZURE_TENANT_ID, "authority" or "tenant_id"
  --client-id ID        app; AZURE_CLIENT_ID, "client_id"
  --certificate FILE    PEM with certificate and private key; AZURE_CLIENT_CERTIFICATE_PATH,
                        "certificate_file", or "thumbprint" and "private_key_file"; password in
                        AZURE_CLIENT_CERTIFICATE_PASSWORD, "certificate_password"
  (no flag)             client secret; AZURE_CLIENT_SECRET, AZURE_CLIENT_SECRET_FILE, "secret",
                        "secret_file"
  --cloud NAME          global, usgov, usgov-dod or china; GRAPH_CLOUD, "cloud"
  --scope SCOPE         GRAPH_SCOPE, "scope"; default: all that was consented to on Graph
  --env-file FILE       stands in for .env
  Also: AZURE_AUTHORITY_HOST, GRAPH_ENDPOINT, "endpoint", "oidc_authority" (External ID on a domain
  of your own).

Bounds:
  --timeout SECONDS     for each attempt, default 30
  --max-retries N       for each request, default 4
  --max-wait SECONDS    waited between attempts in the whole run, default 120

Messages (on stderr):
  --verbose             each exchange: method, URL, status, duration, attempt, request-id
  --quiet               errors only
  --log-format FORMAT   text or json (one object a line); default text
  -h, --help            this manual
  --version             the version

Exit codes: 0 done; 1 a bug; 2 usage, settings or permissions of Deno; 3 not found; 4 no token;
  5 forbidden, consent missing; 6 refused otherwise; 75 try again later.

Network: HTTPS_PROXY, NO_PROXY, DENO_CERT (a CA file) and DENO_TLS_CA_STORE=system are honoured.
`;
