const subtypes: [type: string, words: RegExp][] = [
  ["image", /^(?:png|jpe?g|gif|webp|svg\+xml|avif|heic)$/],
  ["audio", /^(?:wav|mp3|flac|ogg|opus|m4a|aac|pcm16)$/],
  ["video", /^(?:mp4|mov|mkv|webm|mpeg|mpg|three_gp|flv|wmv)$/],
];

/** A medium's type: as it is named, or by the format that is named instead; or what the words around it tell, as `image/*`. */
export function mediaType(named: string | null, around: string): string | null {
  if (named !== null) {
    const format = named.toLowerCase();
    const type = subtypes.find(([, words]) => words.test(format))?.[0];
    return type === undefined ? named : `${type}/${format.replace("jpg", "jpeg")}`;
  }
  if (/image/.test(around)) return "image/*";
  if (/audio/.test(around)) return "audio/*";
  return /video/.test(around) ? "video/*" : null;
}
