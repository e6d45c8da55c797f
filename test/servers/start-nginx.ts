import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from './certificate';
import { freePorts, isListening } from './ports';
import { inNewServerFolder, removeServerFolder, runsAsRoot } from './server-folder';
import { startProcess } from './start-process';

export interface Nginx {
  readonly port: number;
  readonly tlsPort: number;
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** https://127.0.0.1:TLSPORT */
  readonly tlsUrl: string;
  /** PEM, for a client's `ca`. */
  readonly cert: string;
  readonly certFile: string;
  /** What is put here is served. */
  readonly filesFolder: string;
  readonly pid: number;
  readonly close: () => Promise<void>;
}

export const smallFileLength = 1_024;
export const bigFileLength = 256 * 1_048_576;

/**
 * nginx as an origin, HTTP and HTTPS (every TLS handshake is a full one). Its paths: /small.txt, 1 KiB; /big.bin,
 * 256 MiB of zeros; /headers, the request's head as it came; /post, the request's body; /slow, after one second;
 * /401, an NTLM challenge of the origin's own.
 *
 * @throws Error with the end of the log when it does not come up
 */
export async function startNginx(): Promise<Nginx> {
  return inNewServerFolder('nginx', async (folder) => {
    const certificate = makeCertificate(folder);
    const [port = 0, tlsPort = 0] = await freePorts(2);
    const configFile = join(folder, 'nginx.conf');
    const errorLog = join(folder, 'error.log');
    const files = join(folder, 'www');
    mkdirSync(files);
    writeFileSync(join(files, 'small.txt'), 'latchkey'.repeat(smallFileLength / 8));
    writeFileSync(join(files, 'big.bin'), '');
    truncateSync(join(files, 'big.bin'), bigFileLength);
    writeFileSync(configFile, configuration({ folder, files, port, tlsPort, certificate }));
    const server = await startProcess({
      name: 'nginx',
      command: 'nginx',
      args: ['-e', errorLog, '-c', configFile],
      isReady: async () => (await isListening(port)) && (await isListening(tlsPort)),
      logFile: errorLog,
    });
    return {
      port,
      tlsPort,
      url: `http://127.0.0.1:${port}`,
      tlsUrl: `https://127.0.0.1:${tlsPort}`,
      cert: certificate.cert,
      certFile: certificate.certFile,
      filesFolder: files,
      pid: server.pid,
      close: async () => {
        await server.stop();
        removeServerFolder(folder);
      },
    };
  });
}

function configuration(options: {
  readonly folder: string;
  readonly files: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly certificate: Certificate;
}): string {
  const { folder, files, port, tlsPort, certificate } = options;
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // The echo module is loaded from modules-enabled.
  return `include /etc/nginx/modules-enabled/*.conf;
${runsAsRoot() ? 'user www-data;' : ''}
worker_processes 1;
worker_rlimit_nofile 16384;
daemon off;
pid ${folder}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  ${bodies.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  client_max_body_size 512m;
  keepalive_requests 1000000;
  sendfile on;
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl;
    ssl_certificate ${certificate.certFile};
    ssl_certificate_key ${certificate.keyFile};
    ssl_session_tickets off;
    root ${files};
    location = /headers { echo_duplicate 1 $echo_client_request_headers; }
    location = /post { echo_read_request_body; echo_request_body; }
    location = /slow { echo_sleep 1; echo slow; }
    location = /401 { add_header WWW-Authenticate NTLM always; return 401 "origin 401\\n"; }
  }
}
`;
}
