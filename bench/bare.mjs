// The limit: a bare Node TLS server that parses the JSON, makes an id and two secrets, and echoes. Nothing is stored.
import http2 from 'node:http2'; import fs from 'node:fs'; import { randomBytes } from 'node:crypto';
const [, , cert, key, port = '7999'] = process.argv;
http2.createSecureServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key), allowHTTP1: true }, (req, res) => {
  const c = []; req.on('data', (d) => c.push(d)); req.on('end', () => {
    const m = JSON.parse(Buffer.concat(c)); const id = randomBytes(16).toString('base64url');
    const b = JSON.stringify({ client_id: id, client_secret: randomBytes(32).toString('base64url'), client_id_issued_at: Math.floor(Date.now() / 1000), client_secret_expires_at: 0, ...m, registration_access_token: randomBytes(32).toString('base64url'), registration_client_uri: `https://localhost/register/${id}` });
    res.writeHead(201, { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache', 'content-length': Buffer.byteLength(b) }); res.end(b);
  });
}).listen(Number(port), '127.0.0.1', function () { console.log(`bare listening on https://127.0.0.1:${this.address().port}`); });
