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

Usage: graph-daemon [CONFIG.json] [ENDPOINT...] [options]

  CONFIG.json  settings, such as the quickstart's parameters.json
  ENDPOINT     a path such as /users or /beta/users, or a URL on the configured Graph host;
               without one, the config's "endpoint", else /users; several are called in turn

Request:
  -X, --method METHOD   GET, HEAD, POST, PUT, PATCH or DELETE; POST when there are fields or --input
  -H, --header 'N: V'   adds a header field
  -f, --raw-field K=V   adds a string to the JSON body, or to the query of a GET
  -F, --field K=V       the same; true, false, null and integers keep their type, @FILE takes a file's
                        text, @- standard input; a[b]=c, a[]=c and a[][b]=c nest
      --input FILE      takes the body from a file, or from standard input (-)
      --select LIST     $select; likewise --filter, --top, --orderby, --search, --expand and --count;
                        ConsistencyLevel and $count are added where Graph demands them
      --dry-run         prints the request as a command of curl, without the token

Pages:
      --all             follows @odata.nextLink to the last page (also --paginate)
      --max-items N     does so until it has N items

Output:
  -o, --output FORMAT   json (default), ndjson, csv, tsv, table or none
  -q, --query QUERY     JMESPath, on each item of --all -o ndjson, else on the whole answer
  -i, --include         status and header fields first
      --output-file F   writes a file, which takes its name when it is whole; - is standard output
      --guard-formulas  makes texts of cells that a spreadsheet would take for formulas (csv, tsv)
  Tables, and queries in other formats than ndjson, need all pages in memory; nothing else does.
  An answer that is not JSON goes to a file or a pipe as it is.

Examples:
  $ graph-daemon /users --all -o ndjson --select displayName,mail
  {"displayName":"Adèle Vance","mail":"user0@contoso.example"}
  {"displayName":"Alex Wilber","mail":"user1@contoso.example"}
  {"displayName":"Diego Siciliani","mail":"user2@contoso.example"}

  $ graph-daemon /users --max-items 2 -o csv --select displayName,mail
  displayName,mail
  Adèle Vance,user0@contoso.example
  Alex Wilber,user1@contoso.example
  Notice: Stopped after 2 items, as --max-items asks; there may be more

  $ graph-daemon /users/user0@contoso.example -q displayName -o tsv
  Adèle Vance

  $ graph-daemon /users --search displayName:Alex -o table --select displayName,mail
  Notice: Added the header ConsistencyLevel: eventual, which Graph demands for $search
  displayName  mail
  -----------  ---------------------
  Alex Wilber  user1@contoso.example

  $ graph-daemon /users -f displayName=Ada -f userPrincipalName=ada@contoso.example \\
      -F accountEnabled=true -q displayName
  "Ada"

  $ graph-daemon /users/user1@contoso.example -X PATCH -f jobTitle=Owner --dry-run
  curl --request PATCH 'https://graph.microsoft.com/v1.0/users/user1@contoso.example' \\
    --header "Authorization: Bearer $TOKEN" \\
    --header 'content-type: application/json' \\
    --data-raw '{"jobTitle":"Owner"}'

  $ graph-daemon /drives/d/items/i/content --output-file report.xlsx; wc -c report.xlsx
  100000 report.xlsx

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
  --no-cae              does not let Graph revoke tokens early (continuous access evaluation)
  Also: AZURE_AUTHORITY_HOST, GRAPH_ENDPOINT, "endpoint", "oidc_authority" (External ID on a domain
  of your own).

Bounds:
  --timeout SECONDS     for each attempt, default 30; of a download, for each KiB
  --max-retries N       for each request, default 4
  --max-wait SECONDS    waited between attempts in the whole run, default 120

Messages (on stderr):
  --verbose             each exchange: method, URL, status, duration, attempt, request-id
  --quiet               errors only
  --log-format FORMAT   text or json (one object a line); default text
  -h, --help            this manual
  --version             the version

Exit codes: 0 done; 1 a bug; 2 usage, settings or permissions of Deno; 3 not found; 4 no token;
  5 forbidden, consent missing; 6 refused otherwise; 75 try again later; 130, 143 ended by SIGINT,
  SIGTERM.

Network: HTTPS_PROXY, NO_PROXY, DENO_CERT (a CA file) and DENO_TLS_CA_STORE=system are honoured.
`;
