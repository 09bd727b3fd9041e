// An OpenID provider (npm oidc-provider) for the tests: one client, people by login name.
// node provider.mjs PORT RETURN SECRET METHOD ALG; says "ready" when it listens.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

const [port, back, secret, method, alg] = process.argv.slice(2)

function key(kid, kind, options) {
  const { privateKey } = generateKeyPairSync(kind, options)
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig' }
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: {
    keys: [
      key('rsa', 'rsa', { modulusLength: 2048 }),
      key('ec', 'ec', { namedCurve: 'P-256' }),
      key('other curve', 'ec', { namedCurve: 'P-384' }),
      key('edwards', 'ed25519', {}),
    ],
  },
  clients: [
    {
      client_id: 'legalnet',
      client_secret: secret,
      redirect_uris: [back],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: method,
      id_token_signed_response_alg: alg,
    },
  ],
  claims: { openid: ['sub', 'real_name_verified', 'real_name', 'id_number'] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      real_name_verified: id.startsWith('verified'),
      real_name: '张三丰',
      id_number: '11010519491231002X',
    }),
  }),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ['only for tests'] },
  renderError: (ctx, out) => {
    ctx.type = 'json'
    ctx.body = out
  },
})

createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'))
