"""Certificates for brokers: of an authority of one's own, as IoTBiz ships it."""

from dataclasses import dataclass
import datetime as dt
from functools import cache
import ipaddress
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Whatever time a test has
_BEGIN: Final = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
_END: Final = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
_EXPIRED: Final = dt.datetime(2015, 1, 2, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCertificate:
    """What a server shows.

    Attributes:
        certificate_pem: The certificate.
        key_pem: Its private key.
    """

    certificate_pem: str
    key_pem: str


class CertificateAuthority:
    """An authority.

    Attributes:
        pem: Its certificate.
    """

    def __init__(self, name: str) -> None:
        """Found it."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        public = self._key.public_key()
        self._identifier = x509.SubjectKeyIdentifier.from_public_key(public)
        certificate = (
            _builder(self._name, self._name, public, _END)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(self._identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = _pem(certificate)

    def issue(self, *names: str, expired: bool = False) -> ServerCertificate:
        """Issue a certificate for names or addresses of a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key()
        until = _EXPIRED if expired else _END
        issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
            self._identifier
        )
        certificate = (
            _builder(_named(names[0]), self._name, public, until)
            .add_extension(
                x509.BasicConstraints(ca=False, path_length=None), critical=True
            )
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
            .add_extension(
                x509.SubjectAlternativeName([_alternative(name) for name in names]),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(public), critical=False
            )
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        key_pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return ServerCertificate(
            certificate_pem=_pem(certificate), key_pem=key_pem.decode()
        )


@cache
def own_authority() -> CertificateAuthority:
    """Return the authority of the brokers, one per process."""
    return CertificateAuthority("IoTBiz CA")


@cache
def foreign_authority() -> CertificateAuthority:
    """Return an authority that has nothing to do with the brokers."""
    return CertificateAuthority("Some other CA")


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    until: dt.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(until)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
