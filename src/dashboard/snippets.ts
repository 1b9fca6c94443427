import browser from "./snippets/browser.txt";
import curl from "./snippets/curl.txt";
import edge from "./snippets/edge.txt";
import node from "./snippets/node.txt";
import python from "./snippets/python.txt";

/** A way to record, with the address in it. */
export interface Snippet {
  id: string;
  title: string;
  about: string;
  text: string;
}

/** What to paste, for each way to record into a project of the collector at `origin`. */
export function snippetsFor(origin: string, projectId: string): Snippet[] {
  const filled = (text: string) => text.replaceAll("{{origin}}", origin).replaceAll("{{project}}", projectId).trimEnd();
  return [
    { id: "curl", title: "curl", about: "From a terminal or a script, with an ingest or admin key.", text: filled(curl) },
    {
      id: "browser",
      title: "Browser",
      about: "From a web page, with a browser key for the page’s origin. What is not sent yet survives a closed tab.",
      text: filled(browser),
    },
    {
      id: "edge",
      title: "Edge function",
      about: "From a Worker, with an ingest key: the recording goes out when the answer has.",
      text: filled(edge),
    },
    {
      id: "node",
      title: "Node, Freeplay SDK",
      about: "npm install freeplay — the SDK as it is, with another base URL.",
      text: filled(node),
    },
    {
      id: "python",
      title: "Python, Freeplay SDK",
      about: "pip install freeplay — the SDK as it is, with another base URL.",
      text: filled(python),
    },
  ];
}
