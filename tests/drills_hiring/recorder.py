"""A mail server that accepts everything and remembers which mails it said yes to."""

import contextlib
import socketserver
import threading
import time
from collections import Counter
from email.parser import BytesHeaderParser

# The moment between having a mail and saying so, in which a sender that dies cannot know.
BEFORE_YES = 0.1


class Recorder(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; `heard` counts how often each Message-ID came."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.heard: Counter[str] = Counter()
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def hear(self, mail: bytes) -> None:
        """Remember one mail."""
        with self.lock:
            self.heard[BytesHeaderParser().parsebytes(mail)["Message-ID"]] += 1


class Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as Python's own client speaks."""

    server: Recorder

    def handle(self) -> None:
        """Speak with one client; one that dies in the middle is what we are here for."""
        with contextlib.suppress(ConnectionError):
            self.speak()

    def speak(self) -> None:
        """Answer line by line, until the client leaves."""
        self.say("220 recorder")
        while line := self.rfile.readline():
            verb = line.strip().upper()[:4]
            if verb == b"DATA":
                self.say("354 go on")
                self.take()
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def take(self) -> None:
        """Read one mail to its end; one that breaks off has not come."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line)
        self.server.hear(b"".join(lines))
        time.sleep(BEFORE_YES)
        self.say("250 yes")

    def say(self, line: str) -> None:
        """Answer one line."""
        self.wfile.write(f"{line}\r\n".encode())
