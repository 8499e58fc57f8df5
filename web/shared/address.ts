/** The address, if it is one of the web's: nothing else becomes a link, whoever sent it. */
export const webAddress = (address: string | null | undefined): string | undefined =>
  /^https?:\/\//.test(address ?? '') ? (address ?? undefined) : undefined;
