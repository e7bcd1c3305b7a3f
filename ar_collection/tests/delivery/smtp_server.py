"""A real mail server for tests: it takes mails, and misbehaves when it is told to."""

import asyncio
import contextlib
import email
import email.policy
import socket

try:
    from aiosmtpd.controller import Controller
except ImportError:  # declared in test-requirements.txt
    Controller = None


class Handler:
    """Keeps what it takes in :attr:`mails`.

    :ivar refused: {address: reply} for recipients that it does not take
    :ivar answer: what it says to a mail instead of taking it, None to take it
    :ivar wait: how many seconds it thinks about a mail
    :ivar drop: whether it hangs up: ``"before"`` or ``"after"`` it took the mail
    :ivar drop_at: an address at which it hangs up
    """

    def __init__(self):
        self.mails, self.refused = [], {}
        self.answer, self.wait, self.drop, self.drop_at = None, 0, None, None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.drop_at:
            server.transport.close()
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.wait)
        if self.drop == "before":
            server.transport.close()
        if self.answer or self.drop == "before":
            return self.answer or "421 Gone"
        self.mails.append(
            (
                list(envelope.rcpt_tos),
                email.message_from_bytes(envelope.content, policy=email.policy.default),
            )
        )
        if self.drop == "after":
            server.transport.close()
        return "250 OK"


@contextlib.contextmanager
def running():
    """Run a server on a free port.

    :return: the handler, and the port
    """
    handler = Handler()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()
