"""What ippeveprinter runs for every job: the cable to the simulated engine. Standard library only, for speed.

Arguments: the engine's socket, the job's file. Tells the engine what is to be printed and hands each of its lines
(STATE:, ATTR:, ERROR:) to ippeveprinter on standard error; ``EXIT n`` ends. An engine that is gone is a failed print.
"""

import json
import os
import socket
import sys


def main(engine: str, document: str) -> int:
    job = {
        "file": document,
        "name": os.environ.get("IPP_JOB_NAME", ""),
        "id": os.environ.get("IPP_JOB_ID", ""),
        "media": os.environ.get("IPP_MEDIA", "") + os.environ.get("IPP_MEDIA_COL", ""),
    }
    with socket.socket(socket.AF_UNIX) as cable:
        cable.connect(engine)
        cable.sendall(json.dumps(job).encode() + b"\n")
        for line in cable.makefile("r", encoding="utf-8"):
            if line.startswith("EXIT "):
                return int(line[5:])
            sys.stderr.write(line)
            sys.stderr.flush()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
