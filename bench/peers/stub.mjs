// Answers every request with a small JSON object: what outgoing calls are made to.

import http from 'node:http';

const BODY = JSON.stringify({ data: { ok: true, filler: 'x'.repeat(1000) } });
http.createServer((req, res) => {
  req.resume();
  req.on('end', () => res.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length }).end(BODY));
}).listen(0, '127.0.0.1', function ready() { console.log(this.address().port); });
