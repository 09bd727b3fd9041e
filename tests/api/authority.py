"""openssl as an authority, for tests of client certificates."""

import datetime
import secrets
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
SERVER = "subjectAltName=DNS:localhost,IP:127.0.0.1\n"


class Authority:
    """openssl as an authority: certificates of a server and of persons, and what is revoked."""

    def __init__(self, directory, name):
        self.directory = directory
        self.name = name
        self.pem = directory / f"{name}.pem"
        self.key = directory / f"{name}.key"
        self.openssl(
            *["req", "-x509", *EC, "-days", "30", "-subj", f"/CN={name}"],
            *["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
            *["-keyout", self.key, "-out", self.pem],
        )

    @staticmethod
    def openssl(*arguments):
        command = ["openssl", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True)

    def issue(self, name, extension="", serial=None):
        """(certificate, key) in files."""
        base = self.directory / f"{self.name}-{name}"
        pem, key, request = (base.with_suffix(f".{s}") for s in ("pem", "key", "csr"))
        self.openssl("req", *EC, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        extensions = base.with_suffix(".ext")
        extensions.write_text(extension or "extendedKeyUsage=clientAuth\n")
        self.openssl(
            *["x509", "-req", "-in", request, "-CA", self.pem, "-CAkey", self.key, "-days", "30"],
            *["-set_serial", serial or f"0x{secrets.token_hex(12)}"],
            *["-extfile", extensions, "-out", pem],
        )
        return pem, key

    def pair(self):
        key = serialization.load_pem_private_key(self.key.read_bytes(), None)
        return x509.load_pem_x509_certificate(self.pem.read_bytes()), key

    def expire(self, paper):
        """The same person's certificate, over since yesterday."""
        pem, key = paper
        authority, signer = self.pair()
        old = x509.load_pem_x509_certificate(pem.read_bytes())
        day = datetime.timedelta(days=1)
        now = datetime.datetime.utcnow()
        made = (
            x509.CertificateBuilder(authority.subject, old.subject, old.public_key())
            .serial_number(old.serial_number)
            .not_valid_before(now - 9 * day)
            .not_valid_after(now - day)
            .sign(signer, hashes.SHA256())
        )
        over = pem.with_suffix(".over.pem")
        over.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return over, key

    def revoke(self, *papers):
        authority, signer = self.pair()
        now = datetime.datetime.utcnow()
        day = datetime.timedelta(days=1)
        made = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
        made = made.last_update(now - day).next_update(now + day)
        for pem, _ in papers:
            number = x509.load_pem_x509_certificate(pem.read_bytes()).serial_number
            revoked = x509.RevokedCertificateBuilder().serial_number(number)
            made = made.add_revoked_certificate(revoked.revocation_date(now - day).build())
        path = self.directory / f"{self.name}.crl"
        text = made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        path.write_bytes(text)
        return path
