import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

/** An archive with the files as they are, uncompressed (PKWARE's APPNOTE, 4.3). Paths have slashes. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    local.push(Buffer.from('PK\x03\x04'), common, name, data);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00'), common, rest, name);
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** An app as the stand-in's Squirrel looks at one. @param team who has signed it; empty: nobody */
export function archiveOf(version: string, team = 'TEAM'): Buffer {
  return zipOf({
    'Latchkey.app/Contents/version': version,
    // As large as it takes for a connection to break in the middle.
    'Latchkey.app/Contents/Resources/app.asar': 'x'.repeat(3_000_000),
    ...(team === '' ? {} : { 'Latchkey.app/Contents/_CodeSignature/team': team }),
  });
}

/** What the feed has. */
export interface Release {
  readonly version: string;
  readonly archive: Buffer;
  /** Default: that of the archive. */
  readonly sha512?: string;
  /** So many Macs of a hundred get it. Default: all. */
  readonly staging?: number;
  readonly notes?: string;
}

export interface UpdateFeed {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  release: Release | undefined;
  /** The next archive ends in its middle. */
  breaksOff: boolean;
  readonly close: () => Promise<void>;
}

/** A feed on 127.0.0.1, as electron-builder lays it down: latest-mac.yml, and the archive that it names. */
export async function startUpdateFeed(release: Release | undefined): Promise<UpdateFeed> {
  const requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://feed.test').pathname;
    requests.push({ path, headers: request.headers });
    const { release: has } = feed;
    if (has === undefined) {
      response.writeHead(404).end();
    } else if (path === '/latest-mac.yml') {
      const { version, archive, staging, notes } = has;
      const sha512 = has.sha512 ?? createHash('sha512').update(archive).digest('base64');
      response.end(
        JSON.stringify({
          version,
          files: [{ url: `Latchkey-${version}-${process.arch}.zip`, sha512, size: archive.length }],
          ...(staging === undefined ? {} : { stagingPercentage: staging }),
          ...(notes === undefined ? {} : { releaseNotes: notes }),
        }),
      );
    } else {
      response.writeHead(200, { 'content-length': has.archive.length });
      if (feed.breaksOff) {
        feed.breaksOff = false;
        response.write(has.archive.subarray(0, has.archive.length / 2), () => response.destroy());
      } else response.end(has.archive);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const feed: UpdateFeed = {
    url: `http://127.0.0.1:${port}/`,
    requests,
    release,
    breaksOff: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return feed;
}
