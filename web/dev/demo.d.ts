/* The demo's world is plain JavaScript; this is what the tests use of it. */
declare module '*/demo/http.mjs' {
  // biome-ignore lint/suspicious/noExplicitAny: answers of many calls
  export function call(method: string, url: string, options?: object): Promise<any>;
}

declare module '*/demo/judge.mjs' {
  import type { World } from '*/demo/world.mjs';
  export interface Picture {
    verdicts: { state: string }[];
  }
  export function look(world: World): Promise<Picture>;
  export function isQuiet(picture: Picture): boolean;
}

declare module '*/demo/world.mjs' {
  interface Service {
    start: () => Promise<unknown>;
    stop: () => Promise<unknown>;
  }
  export interface World {
    app: Service;
    cloud: Service;
    dir: string;
    sim: string;
    cloudUrl: string;
    appUrl: string;
    user: string;
    password: string;
    apiToken: string;
    stop: () => Promise<void>;
  }
  export function startWorld(options: { dir: string; build: string; seed: number }): Promise<World>;
  export function addStore(
    world: World,
    shop: string,
    options: { label: string },
  ): Promise<{ shop: string; connector: string }>;
  export function asMachine(
    world: World,
    method: string,
    where: string,
    body?: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: answers of many calls
  ): Promise<any>;
}

declare module '*/demo/port.mjs' {
  export function freePort(): Promise<number>;
}
