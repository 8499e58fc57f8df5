// The driver's side of preload.c: how many calls of a kind a program has made, and
// which of them shall fail.

import { closeSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const KINDS = ['write', 'fsync', 'connect', 'malloc'];
const { EIO, ENOSPC, ENETUNREACH, ENOMEM } = os.constants.errno;
const CODES = { write: ENOSPC, fsync: EIO, connect: ENETUNREACH, malloc: ENOMEM };
const WORDS = 4; // calls, from, count, code

/** For programs named `names`: {env, of(name)}; `build` has the library. */
export function makeDials(build, dir, names) {
  const folder = path.join(dir, 'preload');
  mkdirSync(folder);
  const all = Object.fromEntries(names.map((name) => [name, new Dials(path.join(folder, name))]));
  return {
    env: { LD_PRELOAD: path.join(build, 'test/fault/preload.so'), LOGIVERY_PRELOAD: folder },
    of: (name) => all[name],
    close() { for (const one of Object.values(all)) one.close(); },
  };
}

class Dials {
  constructor(file) {
    writeFileSync(file, Buffer.alloc(KINDS.length * WORDS * 8));
    this.fd = openSync(file, 'r+');
  }

  close() {
    closeSync(this.fd);
  }

  #at(kind) {
    return KINDS.indexOf(kind) * WORDS * 8;
  }

  calls(kind) {
    const buffer = Buffer.alloc(8);
    readSync(this.fd, buffer, 0, 8, this.#at(kind));
    return Number(buffer.readBigInt64LE());
  }

  /** From the k-th call from now on, `count` fail; answers the number of the first. */
  fail(kind, k, count = 1) {
    const from = this.calls(kind) + k;
    const words = Buffer.alloc(24);
    words.writeBigInt64LE(BigInt(from), 0);
    words.writeBigInt64LE(BigInt(count), 8);
    words.writeBigInt64LE(BigInt(CODES[kind]), 16);
    writeSync(this.fd, words, 0, 24, this.#at(kind) + 8);
    return from;
  }

  /** None fails any more. */
  heal() {
    for (const kind of KINDS) writeSync(this.fd, Buffer.alloc(24), 0, 24, this.#at(kind) + 8);
  }
}
