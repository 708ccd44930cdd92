"""A UCI engine that always plays e2e4, and misbehaves as it is told: `python fake_engine.py MODE FOLDER`.

It does so only while there is no file `mended` in the folder, so that a restarted one can behave.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

START = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1"
MOVES = [f"{file}2{file}{rank}" for file in "abcdefgh" for rank in "34"] + ["b1a3", "b1c3", "g1f3", "g1h3"]


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def hang() -> None:
    time.sleep(1000)


def start(mode: str) -> None:
    if mode == "slow start":
        time.sleep(1000)
    if mode == "slow but sound":
        time.sleep(1)
    if mode == "dead at once":
        sys.exit("no licence found")
    if mode == "garbage":
        sys.stdout.buffer.write(bytes(range(256)) * 16)
        say("", "xboard", "Segmentation fault?", "uciok!", "uci ok")
        hang()
    if mode == "stubborn":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)


def go(mode: str, folder: Path) -> None:
    if mode == "hang":
        hang()
    if mode == "deaf":
        os.kill(os.getpid(), signal.SIGSTOP)
    if mode == "crash":
        os.abort()
    if mode == "quitter":
        sys.exit(3)
    if mode == "illegal move":
        say("bestmove e2e5")
    if mode == "no move":
        say("bestmove (none)")
    if mode == "empty move":
        say("bestmove")
    if mode == "flood":
        while True:
            say("info string " + "la" * 500)
    if mode == "flood without lines":
        while True:
            sys.stdout.write("la" * 500)
    if mode == "flood of errors":
        while True:
            sys.stderr.write("la" * 500)
    if mode == "drip":
        while True:
            say("info string thinking")
            time.sleep(0.05)
    if mode == "greedy":
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    if mode == "half a depth":  # of the second depth the last move has a bound only
        for depth in (1, 2):
            for i, move in enumerate(MOVES):
                bound = " upperbound" if depth == 2 and move == MOVES[-1] else ""
                say(f"info depth {depth} seldepth 9 multipv {i + 1} score cp {depth * i}{bound} nodes 7 pv {move} e7e5")
    if mode in ("zombie", "parent"):  # what it starts holds its output open
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)", str(folder)])
        if mode == "zombie":
            os._exit(0)
    say("info depth 1 score cp 12", "bestmove e2e4 ponder e7e5")


def main(mode: str, folder: Path) -> None:
    sound = (folder / "mended").exists()
    if not sound:
        start(mode)
    fen = ""
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "uci":
            say("id name Fake", "option name Threads type spin default 1 min 1 max 4", "uciok")
        elif word == "isready":
            say(*([] if sound or mode != "impatient" else ["bestmove a2a3"]), "readyok")
        elif word == "position":
            fen = rest.removeprefix("fen ")
            if mode == "piece dropper":
                fen = fen.replace("Q", "1").replace("q", "1")
        elif word == "d" and mode != "blind":
            say("", f"Fen: {fen}")
        elif line.startswith("go perft"):
            replies = 19 if mode == "bad rules" else 20
            say(*(f"{move}: {replies if rest.endswith('2') else 1}" for move in MOVES), "", "Nodes searched: 400")
        elif word == "go":
            go("" if sound else mode, folder)
        elif word == "quit" and mode not in ("stubborn", "zombie"):
            break
    if mode == "stubborn":
        hang()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
