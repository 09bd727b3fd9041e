// A peer for make bench: Fastify and mysql2 in two processes, the usual way.
//
//     node peer.mjs QUERIES SOCKET USER PASSWORD PORT
//
// /{plain|same}/lookup/{id} and /{plain|same}/search/{region}/{area}
import cluster from "node:cluster";
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mysql from "mysql2/promise";

const [queriesFile, socketPath, user, password, port] = process.argv.slice(2);

function item(row) {
  return row.doc === undefined ? row : { ...row, doc: JSON.parse(row.doc) };
}

async function serve() {
  const queries = JSON.parse(readFileSync(queriesFile, "utf8"));
  const pool = mysql.createPool({
    socketPath,
    user,
    password,
    database: "legalnet",
    connectionLimit: 5,
  });
  const app = Fastify({ logger: false });

  for (const way of ["plain", "same"]) {
    app.get(`/${way}/lookup/:id`, async (request, reply) => {
      const [rows] = await pool.execute(queries[way].lookup, [request.params.id]);
      return rows.length ? item(rows[0]) : reply.code(404).send();
    });
    app.get(`/${way}/search/:region/:area`, async (request) => {
      const { region, area } = request.params;
      const [rows] = await pool.execute(queries[way].search, [region, area]);
      return { items: rows.map(item), next: null };
    });
  }
  await app.listen({ host: "127.0.0.1", port: Number(port) });
}

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  process.on("SIGTERM", () => process.exit(0));
} else {
  await serve();
}
