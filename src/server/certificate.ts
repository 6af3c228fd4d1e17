import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

/** Where a certificate, with those that vouch for it, and its private key are, in PEM. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** Why TLS cannot be served, in one line for the operator. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** Reads a certificate and the key that belongs to it. Throws CertificateError. */
export function readCertificate(files: CertificateFiles): Certificate {
  const [cert, key] = [read(files.cert), read(files.key)]
  const x509 = expect(`${files.cert} is no certificate`, () => new X509Certificate(cert))
  const privateKey = expect(`${files.key} is no private key without a passphrase`, () => createPrivateKey(key))
  if (!x509.checkPrivateKey(privateKey)) throw new CertificateError(`${files.key} is not the key of ${files.cert}`)
  // What else OpenSSL may have against them, such as a key that is too short.
  expect(`cannot serve TLS with ${files.cert}`, () => createSecureContext({ cert, key }))
  return { cert, key }
}

function read(file: string): Buffer {
  return expect(`cannot read ${file}`, () => readFileSync(file))
}

function expect<Value>(otherwise: string, make: () => Value): Value {
  try {
    return make()
  } catch (error) {
    throw new CertificateError(`${otherwise}: ${(error as Error).message}`)
  }
}
