import { Word, Words } from "./words";

/** Bytes of an image that a page holds itself. */
const inlineCharsMax = 2_000_000;
/** Characters of what is no image: bytes tell nobody much. */
const shownChars = 4000;
const shownImage = /^data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=]+$/;

interface MediumProps {
  source: string;
  type: string | null;
  name: string | null;
  /** The address of one of our own paths. */
  addressOf: (path: string) => string;
}

/**
 * A medium: shown where it comes from the collector, or stands in the page. What lies elsewhere is a link: a page that loaded it would tell
 * others who reads what.
 */
export function Medium({ source, type, name, addressOf }: MediumProps) {
  const kind = type?.replace("/*", "") ?? null;
  const label = name !== null && kind !== null ? `${name} (${kind})` : (name ?? kind ?? "medium");
  if (/^\/v1\/media\/[0-9a-f]{64}$/.test(source)) return <Own address={addressOf(source)} type={type} label={label} />;
  const inline = inlineImage(source, type);
  if (inline !== null) return <img src={inline} alt={`In the message: ${label}`} loading="lazy" />;
  const url = /^https?:\/\//i.test(source) && URL.canParse(source) ? new URL(source) : null;
  if (url !== null) {
    return (
      <p class="medium">
        <a href={url.href} rel="noopener noreferrer nofollow" target="_blank">
          <Word text={label} /> at <Word text={url.host} />
        </a>{" "}
        <small>
          <Word text={source.slice(0, 500)} />
        </small>
      </p>
    );
  }
  return (
    <details class="medium">
      <summary>
        <Word text={label} />, {source.length.toLocaleString("en-US")} characters
      </summary>
      <Words text={source} charsMax={shownChars} />
    </details>
  );
}

function Own({ address, type, label }: { address: string; type: string | null; label: string }) {
  if (type?.startsWith("audio/") === true) return <audio controls preload="none" src={address} aria-label={label} />;
  return (
    <p class="medium">
      {type === null || type.startsWith("image/") ? <img src={address} alt={`In the message: ${label}`} loading="lazy" /> : null}
      <a href={address} download>
        <Word text={label} />
      </a>
    </p>
  );
}

/** The address of an image that stands in the message; null where it is none that is shown. */
function inlineImage(source: string, type: string | null): string | null {
  if (source.length > inlineCharsMax) return null;
  if (shownImage.test(source)) return source;
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(source)) return null;
  const subtype = /^image\/(png|jpe?g|gif|webp|\*)$/.exec(type ?? "")?.[1];
  if (subtype === undefined) return null;
  return `data:image/${subtype === "*" ? subtypeOf(source) : subtype};base64,${source}`;
}

/** What the first bytes say. */
function subtypeOf(base64: string): string {
  if (base64.startsWith("/9j/")) return "jpeg";
  if (base64.startsWith("R0lGOD")) return "gif";
  return base64.startsWith("UklGR") ? "webp" : "png";
}
