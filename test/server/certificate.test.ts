import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { CertificateError, readCertificate, type CertificateFiles } from '../../src/server/certificate.ts'
import { makeCertificate, writeCertificate } from '../support/http/certificate.ts'

describe('a certificate', () => {
  const { cert, key } = makeCertificate()
  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  }).privateKey
  let files: CertificateFiles
  beforeEach(() => (files = writeCertificate({ cert, key })))

  it('is read with its key', () => {
    expect(readCertificate(files)).to.deep.equal({ cert: Buffer.from(cert), key: Buffer.from(key) })
  })

  it('may come with those that vouch for it', () => {
    writeFileSync(files.cert, cert + makeCertificate('issuer').cert)
    readCertificate(files)
  })

  for (const [fault, spoil, line] of [
    ['is not there', () => (files = { ...files, cert: '/nowhere' }), /^cannot read \/nowhere: ENOENT/],
    ['has no key', () => (files = { ...files, key: '/nowhere' }), /^cannot read \/nowhere: ENOENT/],
    ['is a directory', () => (files = { ...files, cert: '/' }), /^cannot read \/: EISDIR/],
    ['is empty', () => writeFileSync(files.cert, ''), /cert\.pem is not a certificate: /],
    ['is a key', () => writeFileSync(files.cert, key), /cert\.pem is not a certificate: /],
    [
      'has a key that is none',
      () => writeFileSync(files.key, cert),
      /key\.pem is not a private key without a passphrase: /,
    ],
    ['has a key with a passphrase', () => writeFileSync(files.key, encrypted), /key\.pem is not a private key without/],
    [
      'has another’s key',
      () => writeFileSync(files.key, makeCertificate().key),
      /key\.pem is not the key of .*cert\.pem$/,
    ],
  ] as const) {
    it(`that ${fault} is refused in one line`, () => {
      spoil()
      expect(() => readCertificate(files)).to.throw(CertificateError, line)
      expect(() => readCertificate(files)).not.to.throw(/\n/)
    })
  }
})
