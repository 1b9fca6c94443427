/** What is made for an address, made once for each isolate: both are public, and cost more than all else that is. A cache of one, for there is one address. */
export function madeOnce<Made>(make: (origin: string) => Made): (origin: string) => Made {
  let last: { origin: string; made: Made } | undefined;
  return (origin) => {
    if (last?.origin !== origin) last = { origin, made: make(origin) };
    return last.made;
  };
}
