"""Asks a malware scanner about bytes: clamd, over TCP or a Unix socket, by its INSTREAM command.

Protocol: clamd(8), "INSTREAM". Only the one answer that says clean counts as clean.
"""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 20
PIECE = 65_536
LONGEST_ANSWER = 4_096
PORT = 3310
CLEAN = "stream: OK"
FOUND = " FOUND"


class ScannerDown(Exception):
    """No verdict: the scanner did not answer, or not with one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner says; `signature` names what it found."""

    is_clean: bool
    signature: str = ""


def is_named() -> bool:
    """Whether this site has a scanner."""
    return bool(settings.MALWARE_SCANNER)


def scan(content: BinaryIO) -> Verdict:
    """Stream a file to the scanner that MALWARE_SCANNER names.

    :raises ScannerDown: for every answer that is neither clean nor a finding.
    """
    try:
        with _connected() as sock:
            sock.sendall(b"zINSTREAM\0")
            while piece := content.read(PIECE):
                sock.sendall(struct.pack(">I", len(piece)) + piece)
            sock.sendall(struct.pack(">I", 0))
            answer = _answer(sock)
    except OSError as error:
        raise ScannerDown(str(error)) from error
    if answer == CLEAN:
        return Verdict(is_clean=True)
    if answer.endswith(FOUND):
        signature = answer.removeprefix("stream: ").removesuffix(FOUND)
        return Verdict(is_clean=False, signature=signature)
    raise ScannerDown(answer)


def _connected() -> socket.socket:
    address = urlsplit(settings.MALWARE_SCANNER)
    if address.scheme == "unix":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(SECONDS)
        sock.connect(address.path)
        return sock
    return socket.create_connection((address.hostname, address.port or PORT), timeout=SECONDS)


def _answer(sock: socket.socket) -> str:
    told = b""
    while piece := sock.recv(LONGEST_ANSWER):
        told += piece
        if b"\0" in piece or len(told) > LONGEST_ANSWER:
            break
    return told.split(b"\0")[0].decode("utf-8", "replace").strip()
