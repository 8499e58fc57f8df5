"""Holds a listening socket for a program, as systemd's socket units do.

  hold.py PORT PROGRAM ARGUMENTS...

The program gets the socket as descriptor 3 with LISTEN_FDS=1.  SIGHUP ends it
with SIGTERM and starts it again; connections that come meanwhile wait in the
socket's queue.  SIGTERM ends both; the program's exit status is ours.
"""
import os
import signal
import socket
import subprocess
import sys

held = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
child = None


def start():
    def inherit():
        os.dup2(held.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ["LISTEN_PID"] = str(os.getpid())
    environment = dict(os.environ, LISTEN_FDS="1")
    environment.pop("LISTEN_PID", None)
    return subprocess.Popen(sys.argv[2:], env=environment, close_fds=False,
                            preexec_fn=inherit)


signals = {signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)
signal.signal(signal.SIGCHLD, lambda *_: None)


def run():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
    try:
        return start()
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)


child = run()
while True:
    got = signal.sigwait(signals)
    if got == signal.SIGCHLD:
        if child.poll() is not None:
            sys.exit(child.returncode if child.returncode >= 0 else 1)
        continue
    child.send_signal(signal.SIGTERM)
    status = child.wait()
    if got == signal.SIGTERM:
        sys.exit(status if status >= 0 else 1)
    if status != 0:
        sys.exit(status if status >= 0 else 1)
    while signal.SIGCHLD in signal.sigpending():  # of the one that ended
        signal.sigwait({signal.SIGCHLD})
    child = run()
