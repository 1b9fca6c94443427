/**
 * What `npm start` prints once the collector is up. The commands can be pasted into bash and zsh.
 *
 * @param {{ address: string, adminKey: string, browserKey: string, persistTo: string, nowMs: number }} collector
 * @returns {string}
 */
export function welcomeText({ address, adminKey, browserKey, persistTo, nowMs }) {
  return `
Aircheck is up on ${address}

  Admin key    ${adminKey}
  Browser key  ${browserKey}
               (sends to project "demo" from pages on http://localhost, whatever their port)

Record a call:

curl ${address}/v1/recordings \\
  -H 'Authorization: Bearer ${adminKey}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(exampleRecording(nowMs))}'

See what is recorded:

curl '${address}/v1/recordings?project_id=demo' \\
  -H 'Authorization: Bearer ${adminKey}'

Look at it: ${address} in a browser, signed in with the admin key. (npm run demo, in a second terminal, fills it with a made-up week.)

Ctrl-C stops it; the data stays in ${persistTo}

`;
}

/** Nothing in it may hold a single quote: it stands between two of them. */
function exampleRecording(nowMs) {
  return {
    project_id: "demo",
    all_messages: [
      { role: "user", content: "Why is the sky blue?" },
      { role: "assistant", content: "Rayleigh scattering." },
    ],
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: (nowMs - 1200) / 1000,
      end_time: nowMs / 1000,
      model_parameters: { temperature: 0.2 },
    },
  };
}
