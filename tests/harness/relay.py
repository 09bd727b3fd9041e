"""A TCP relay that makes a link slow, hung or cut: the network of the fault tests."""

import selectors
import socket
import threading
import time


class Relay:
    """Forward a port of ours to (host, port), each byte `delay` seconds late.

    `hang()` stops forwarding without closing anything, `resume()` goes on,
    `cut()` resets every connection, `refuse()` closes new ones at once.
    """

    def __init__(self, host, port, delay=0.0):
        self.target = (host, port)
        self.delay = delay
        self.accepted = 0
        self._hung = threading.Event()
        self._refusing = False
        self._pairs = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def hang(self):
        self._hung.set()

    def resume(self):
        self._hung.clear()

    def refuse(self, refusing=True):
        self._refusing = refusing

    def cut(self):
        for pair in self._pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self._pairs = []

    def close(self):
        self._listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            if self._refusing:
                client.close()
                continue
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            self._pairs.append((client, server))
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()

    def _forward(self, client, server):
        """Both directions of one connection, in order, each chunk held back for the delay."""
        other = {client: server, server: client}
        held = []
        with selectors.DefaultSelector() as waiting:
            for end in other:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                waiting.register(end, selectors.EVENT_READ)
            try:
                while True:
                    pause = 0.05 if not held else max(0.0, held[0][0] - time.monotonic())
                    for key, _ in waiting.select(min(pause, 0.05)):
                        data = key.fileobj.recv(65536)
                        held.append((time.monotonic() + self.delay, other[key.fileobj], data))
                        if not data:
                            waiting.unregister(key.fileobj)
                    while held and held[0][0] <= time.monotonic() and not self._hung.is_set():
                        _, end, data = held.pop(0)
                        if not data:
                            return
                        end.sendall(data)
            except OSError:
                pass
            finally:
                client.close()
                server.close()
