import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

/** The paths of two PEM files: a certificate with its chain, and its private key. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** The server cannot use the certificate or the key; the message is one line for the operator. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** Reads a certificate and its key, and checks that they belong together. Throws CertificateError. */
export function readCertificate(files: CertificateFiles): Certificate {
  const [cert, key] = [read(files.cert), read(files.key)]
  const x509 = expect(`${files.cert} is not a certificate`, () => new X509Certificate(cert))
  const privateKey = expect(`${files.key} is not a private key without a passphrase`, () => createPrivateKey(key))
  if (!x509.checkPrivateKey(privateKey)) throw new CertificateError(`${files.key} is not the key of ${files.cert}`)
  // OpenSSL may refuse them for other reasons, such as a key that is too short.
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
