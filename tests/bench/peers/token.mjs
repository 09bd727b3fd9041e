// Checks one access token for some seconds, by fast-jwt: token KEY_HEX TOKEN SECONDS.
import { createVerifier } from "fast-jwt";

const [key, token, seconds] = process.argv.slice(2);
// A cache would answer for one token that is asked again and again; real ones differ.
const verify = createVerifier({
  key: Buffer.from(key, "hex"),
  algorithms: ["HS256"],
  allowedIss: "legalnet",
  allowedAud: "legalnet",
  requiredClaims: ["sub", "sid", "scope", "exp", "iat", "nbf"],
  clockTolerance: 60_000,
  cache: false,
});

const began = performance.now();
let checks = 0;
while (performance.now() - began < seconds * 1000) {
  for (let i = 0; i < 256; i++) verify(token);
  checks += 256;
}
console.log(Math.round(checks / ((performance.now() - began) / 1000)));
