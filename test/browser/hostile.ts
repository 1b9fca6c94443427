/** What a recording may hold to break out of a page: each says so in `window.hacked` where it runs. */
const attacks = [
  `<script>window.hacked = 1</script>`,
  `"'><img src=x onerror="window.hacked = 2">`,
  `</textarea></title></style></script></code></pre><svg onload="window.hacked = 3"><script>window.hacked = 4</script></svg>`,
  `<a href="javascript:window.hacked = 5">press</a>`,
  `javascript:window.hacked = 6`,
  `[press](javascript:window.hacked=7) <javascript:window.hacked=7>`,
  `data:text/html,<script>window.hacked = 8</script>`,
  `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked = 9"/>`,
  `<iframe srcdoc="<script>parent.hacked = 10</script>"></iframe><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<form action="https://evil.example/"><input name=key autofocus onfocus="window.hacked = 11"></form>`,
  `<style>* { display: none }</style><link rel="stylesheet" href="https://evil.example/a.css">`,
  "${window.hacked = 12} {{window.hacked = 12}} <%= 12 %>",
  `<!--<script>window.hacked = 13</script>--><![CDATA[<script>window.hacked = 13</script>]]>`,
  `&lt;script&gt;window.hacked = 14&lt;/script&gt; &#60;script&#62;`,
  `<details open ontoggle="window.hacked = 15"><video src=x onerror="window.hacked = 15"><marquee onstart="window.hacked = 15">`,
  `__proto__`,
] as const;

/** Controls that would reorder what stands around them. */
const reordering = "\u202E\u2066\u2069\u202Dgnp.exe\u2069\u2069\u202C\u202E";

/** All attacks in one text, with controls that reorder, tags that nobody sees, and a control character. */
export const nasty = `${attacks.join(" ")} ${reordering} \u{E0041}\u{E0042} \u0007\u001B[31m`;

/** A short one, for what is bounded. */
export const nastyName = `"'><img src=x onerror=window.hacked=20>${reordering}`;

const nastyMap = Object.fromEntries(attacks.map((attack, index) => [`${index} ${attack}`.slice(0, 100), attack]));

/** A recording every text of which is an attack. Ids alone have letters of their own. */
export const hostileCall = {
  all_messages: [
    { role: "system", content: nasty },
    {
      role: "user",
      name: nastyName,
      content: [
        { type: "text", text: nasty },
        ...[
          "javascript:window.hacked=21",
          " javascript:window.hacked=21",
          "JaVaScRiPt:window.hacked=21",
          `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=22"/>')}`,
          `data:text/html;base64,${btoa("<script>window.hacked=23</script>")}`,
          `https://evil.example/"onerror="window.hacked=24`,
          "https://user:secret@evil.example:8080/a.png",
          "//evil.example/a.png",
          "/sign-out",
          "vbscript:window.hacked=25",
          "blob:https://evil.example/1",
          "file:///etc/passwd",
        ].map((url) => ({ type: "image_url", image_url: { url } })),
        { type: nasty, [nasty]: nasty },
        { type: "input_audio", input_audio: { data: nasty, format: nastyName } },
        { type: "file", file: { filename: nastyName, file_data: "javascript:window.hacked=26" } },
      ],
    },
    {
      role: nastyName,
      content: null,
      tool_calls: [
        { id: nastyName, type: "function", function: { name: nastyName, arguments: JSON.stringify({ [nasty]: nasty }) } },
        { id: "call", type: "function", function: { name: "render", arguments: nasty } },
      ],
    },
    { role: "tool", tool_call_id: nastyName, content: nasty },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: nasty, signature: nasty },
        { type: "tool_use", id: nastyName, name: nastyName, input: nastyMap },
        { type: "text", text: nasty },
      ],
      refusal: nasty,
      [nasty]: nasty,
    },
    { role: "model", parts: [{ text: nasty, thought: true }, { functionCall: { name: nastyName, args: nastyMap } }, { text: nasty }] },
  ],
  inputs: { ...nastyMap, [nasty]: [nasty] },
  tool_schema: [{ type: "function", function: { name: nastyName, description: nasty, parameters: nastyMap } }],
  session_info: { session_id: "hostile", custom_metadata: nastyMap },
  parent_id: "hostile-trace",
  call_info: {
    provider: nastyName,
    model: nastyName,
    api_style: nastyName,
    start_time: Date.now() / 1000 - 3,
    end_time: Date.now() / 1000 - 1,
    model_parameters: nastyMap,
    provider_info: nastyMap,
  },
  response_info: { is_complete: false, function_call_response: { name: nastyName, arguments: nasty } },
  prompt_info: { prompt_template_name: nastyName, prompt_template_version_id: "version" },
  test_run_info: { test_run_id: "run", test_case_id: "case" },
  environment: nastyName,
  eval_results: nastyMap,
  error: { type: nastyName, message: nasty, [nasty]: nasty },
  [nasty]: nasty,
};

/** A trace of the same kind. */
export const hostileTrace = {
  kind: "agent",
  name: nastyName,
  agent_name: nastyName,
  input: nastyMap,
  output: nasty,
  custom_metadata: nastyMap,
  eval_results: nastyMap,
  start_time: "2026-01-02T03:04:05Z",
  end_time: "2026-01-02T03:04:07Z",
};
